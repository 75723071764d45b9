"""The CRM: one door (`connector.vtenext.crm`) with two implementations, stock operations and the component's."""
