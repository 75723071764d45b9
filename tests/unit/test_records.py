"""Reading what the CRM tells of its modules and fields, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.finding.records import STOCK, Module, Record, is_record_id, linkable, modules_from, name_of, shape_from

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["types", "information", "fields", "name", "type", "labelFields", "idPrefix", "refersTo", "isEntity"]
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(anything)
def test_any_json_is_a_shape_or_a_value_error(data: Any) -> None:
    try:
        shape = shape_from(data, "Contacts")
    except ValueError:
        return
    assert all(field.name.isidentifier() and field.name.isascii() for field in shape.fields)
    assert set(shape.label_fields) <= {field.name for field in shape.fields}
    assert isinstance(name_of({"id": "4x39"}, shape), str)


@given(anything)
def test_any_json_is_a_list_of_modules_or_a_value_error(data: Any) -> None:
    try:
        modules = modules_from(data)
    except ValueError:
        return
    assert all(one.name.isidentifier() and one.label and one.singular for one in modules)
    assert set(linkable(modules)) <= set(modules)


def test_a_description_is_read() -> None:
    fields = [
        {"name": "lastname", "type": {"name": "string"}},
        {"name": "firstname", "type": {"name": "string"}},
        {"name": "email", "type": {"name": "email"}},
        {"name": "account_id", "type": {"name": "reference", "refersTo": ["Accounts"]}},
        {"name": "contact_no", "type": {"name": "string"}, "uitype": "4"},
        {"name": "filename", "type": {"name": "file", "maxUploadFileSize": 64000000}},
        {"name": "stage", "type": {"name": "picklist", "picklistValues": [{"label": "Vinta", "value": "Closed Won"}]}},
        {"name": "no name'; --", "type": {"name": "email"}},
    ]
    shape = shape_from({"fields": fields, "labelFields": "lastname,firstname", "idPrefix": "4"}, "Contacts")
    assert shape.prefix == "4"
    assert shape.label_fields == ("firstname", "lastname")
    assert shape.names("email") == ("email",)
    assert shape.references("Accounts", "Vendors") == ("account_id",)
    assert [field.name for field in shape.fields if field.generated] == ["contact_no"]
    filename, stage = shape.field("filename"), shape.field("stage")
    assert filename is not None
    assert stage is not None
    assert filename.max_file == 64_000_000
    assert stage.values == ("Closed Won",)
    assert shape.field("nothing") is None


def test_the_name_of_a_file_is_no_name_that_can_be_asked_for() -> None:
    number = {"name": "myfiles_no", "type": {"name": "string"}, "uitype": "4"}
    fields = [number, {"name": "title", "type": {"name": "string"}}, {"name": "filename", "type": {"name": "file"}}]
    assert shape_from({"fields": fields, "labelFields": "filename"}, "Myfiles").label_fields == ("title",)
    assert shape_from({"fields": fields[::2], "labelFields": "filename"}, "Myfiles").label_fields == ("myfiles_no",)


@pytest.mark.parametrize("fields", [[], [{}], [{"name": "not a name"}], ["text"]])
def test_a_module_without_a_usable_field_has_no_name_of_its_own(fields: list[Any]) -> None:
    shape = shape_from({"fields": fields, "labelFields": "x"}, "Odd")
    assert shape.fields == ()
    assert name_of({"id": "4x39", "x": "y"}, shape) == "4x39"


def test_only_what_holds_records_is_a_module() -> None:
    information = {
        "Contacts": {"label": "Contatti", "singular": "Contatto", "isEntity": True},
        "Users": {"label": "Users", "singular": "User", "isEntity": False},
        "Bare": {"isEntity": True},
        "x'; --": {"label": "x", "singular": "x", "isEntity": True},
    }
    modules = modules_from({"types": [*information, "Unknown", 7, None], "information": information})
    assert modules == (Module("Contacts", "Contatti", "Contatto"), Module("Bare", "Bare", "Bare"))


def test_modules_that_take_no_mail_are_left_out_and_people_come_first() -> None:
    names = ["Zoo", "Messages", "Accounts", "Faq", "Contacts", "Assets", "ModComments"]
    found = linkable(tuple(Module(name, name, name) for name in names))
    assert [one.name for one in found] == ["Contacts", "Accounts", "Assets", "Zoo"]


@pytest.mark.parametrize("text", ["4x39", "0x0", "123x456"])
def test_record_ids(text: str) -> None:
    assert is_record_id(text)
    assert Record(text, "Contacts", "x").number == text.partition("x")[2]


@pytest.mark.parametrize(
    "text", ["", "x", "4x", "x39", "4X39", "4x3x9", "4x٣", " 4x39", "4x39\n", "9" * 50 + "x1", 4, None, ["4x39"]]
)
def test_no_record_ids(text: object) -> None:
    assert not is_record_id(text)


def test_the_names_of_stock_records() -> None:
    assert name_of({"id": "4x39", "firstname": " Mary ", "lastname": "Smith"}, STOCK["Contacts"]) == "Mary Smith"
    assert name_of({"id": "4x39", "firstname": None, "lastname": ""}, STOCK["Contacts"]) == "4x39"
