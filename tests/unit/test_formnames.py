"""The name of somebody who has filled in a form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.finding.formnames import name_beside
from connector.finding.intext import writers
from connector.finding.textlines import name_in

ADDRESS = "zoe@new.example"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Name: Zoe Neu\nE-Mail: {ADDRESS}", "Zoe Neu"),
        (f"First name: Zoe\nLast name: Neu\nCompany: New Ltd\nEmail: {ADDRESS}", "Zoe Neu"),
        (f"Vorname\nZoe\nNachname\nNeu\nE-Mail-Adresse\n{ADDRESS}", "Zoe Neu"),
        (f"Nome e cognome *\nZoe Neu\n\nIndirizzo email *\n{ADDRESS}", "Zoe Neu"),
        (f"Nome: Zoe\nCognome: Neu\nEmail: {ADDRESS}", "Zoe Neu"),
        (f"E-mail : {ADDRESS}\nNom : Neu\nPrénom : Zoe", "Zoe Neu"),
        (f"Nombre: Zoe\nApellidos: Neu\nCorreo electrónico: {ADDRESS}", "Zoe Neu"),
        (f"Your name (required): Zoe Neu\nYour email (required): {ADDRESS}", "Zoe Neu"),
        (f"Name\tZoe Neu\nEmail\t{ADDRESS}", "Zoe Neu"),
        (f"| Name | Zoe Neu |\n| Email | {ADDRESS} |", "Zoe Neu"),
        (f"*Name:* Zoe Neu\n*Email:* {ADDRESS}", "Zoe Neu"),
        (f"Nome: Zoe\nEmail: {ADDRESS}", "Zoe"),
        (f"Email: {ADDRESS}\nMessage: my name is Zoe", ""),
        (f"Name: 4711\nEmail: {ADDRESS}", ""),
        (f"Name:\nEmail: {ADDRESS}", ""),
        (f"From: Zoe Neu <{ADDRESS}>\nName: Somebody Else", "Zoe Neu"),
    ],
)
def test_a_form_names_who_has_filled_it_in(text: str, name: str) -> None:
    assert [(one.name, one.mail) for one in writers(text)] == [(name, ADDRESS)]


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("Zoe Neu <", "Zoe Neu"),
        ("zoe neu <", "zoe neu"),
        ("from Zoe Neu (", "Zoe Neu"),
        ("This mail was sent to you by Zoe Neu (", "Zoe Neu"),
        ("Ludwig van Neu <", "Ludwig van Neu"),
        ("山田太郎 <", "山田太郎"),
        ('ed indirizzato a "', ""),
        ("e destinato all'utente \"", ""),
        ("sent to <", ""),
        ("Your message to ", ""),
    ],
)
def test_a_sentence_is_no_name(before: str, name: str) -> None:
    assert name_in(before) == name


@given(st.lists(st.text(max_size=30) | st.sampled_from(["Name: Zoe", "Nome", "Cognome:", "a@b.example"]), max_size=8))
def test_no_form_breaks_it(lines: list[str]) -> None:
    for at in range(len(lines)):
        name = name_beside(lines, at)
        assert "@" not in name
        assert len(name) <= 200
