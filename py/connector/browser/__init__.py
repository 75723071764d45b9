"""The only folder that touches JavaScript: adapters of the ports over Office.js, fetch, storage and the page."""
