"""A region brands its reports from params.yaml: colours, logo, font; both pages carry the logo."""

import shutil

import pytest

from pipeline.config import SettingsError, load_settings
from pipeline.figures.style import DEFAULT_STYLE, LATO_FILES
from pipeline.reports.context import house_style
from pipeline.reports.render_html import logo_address, style_sheet

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#fff"/></svg>'
SETTINGS = load_settings()


def settings_with(**style):
    return SETTINGS.model_copy(update={"reports": SETTINGS.reports.model_copy(update={"style": style})})


def test_the_publisher_and_colours_of_the_settings(tmp_path):
    style = house_style(settings_with(navy="#0b3d2e", data="#1f6f54"), tmp_path)
    assert (style.publisher, style.navy, style.data) == (SETTINGS.reports.publisher, "#0b3d2e", "#1f6f54")
    assert house_style(settings_with(), tmp_path) == DEFAULT_STYLE.model_copy(
        update={"publisher": SETTINGS.reports.publisher}
    )


def test_shades_come_from_the_settings_too(tmp_path):
    shades = ["#f2f2e6", "#cfdcb8", "#9bbf8a", "#4f8a5b", "#1f4f3a"]
    assert house_style(settings_with(shades=shades), tmp_path).shades == tuple(shades)
    with pytest.raises(SettingsError, match=r"reports\.style.*not clearly darker"):
        house_style(settings_with(shades=shades[::-1]), tmp_path)


def test_the_logo_is_read_from_the_folder_house_style(tmp_path):
    (tmp_path / "house_style" / "merk").mkdir(parents=True)
    (tmp_path / "house_style" / "merk" / "logo.svg").write_text(LOGO, encoding="utf-8")
    style = house_style(settings_with(logo_file="merk/logo.svg"), tmp_path)
    assert style.logo_svg == LOGO
    assert logo_address(style).startswith("data:image/svg+xml;base64,")
    assert logo_address(DEFAULT_STYLE) is None


def test_the_font_is_read_from_the_folder_house_style(tmp_path):
    letters = tmp_path / "house_style" / "letters"
    letters.mkdir(parents=True)
    for cut in ("Regular", "Bold", "Black"):
        shutil.copy(LATO_FILES / f"Lato-{cut}.ttf", letters)
    style = house_style(settings_with(font_dir="letters"), tmp_path)
    assert style.font_dirs == (letters,)
    assert "font-family:'Lato'" in style_sheet(style, "report.css")


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ({"logo_file": "weg.svg"}, "logo_file: there is no file weg.svg in house_style"),
        ({"font_dir": "weg"}, "font_dir: there is no folder weg with .ttf files in house_style"),
        ({"navi": "#000000"}, "reports.style.navi: .*the keys are .*logo_file"),
        ({"data": "#9ec5e8"}, "has contrast"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, style, message):
    with pytest.raises(SettingsError, match=message):
        house_style(settings_with(**style), tmp_path)
