"""The image of a signature: uploaded by Pallium staff, frozen in certificates, printed above the name (ADR 51)."""

import io
from collections.abc import Callable

import page
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from accounts.models import AuditEvent
from credits import actions
from credits.actions.rendering import render_certificates
from credits.models import Certificate, SignatureImage
from echo_portal.lib.pictures import NoPictureError, small_picture
from tests.admin.pages import posted_fields, says
from tests.admin.two_hubs import signed_in_client
from tests.credits.ltc import LongTermCare
from tests.people import People

pytestmark = pytest.mark.django_db


def picture(width: int = 1600, height: int = 500, kind: str = "PNG", mode: str = "RGBA") -> bytes:
    """Return a picture of a diagonal line on a transparent or white background."""
    image = Image.new(mode, (width, height), (255, 255, 255, 0)[: len(mode)] if mode != "L" else 255)
    ImageDraw.Draw(image).line((10, height - 10, width - 10, 10), fill="black" if mode != "L" else 0, width=12)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def set_signature(ltc: LongTermCare, width: int = 1600) -> SignatureImage:
    return actions.set_signature(accreditation=ltc.record, data=picture(width), by=ltc.by)


def issued(ltc: LongTermCare) -> Certificate:
    ltc.attend(5, {ltc.ama: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    return Certificate.objects.valid().get(person=ltc.ama)


def images_in(certificate: Certificate) -> list[tuple[int, int]]:
    """Return the sizes of the pictures in the file, and check that it is accessible and can be archived."""
    assert render_certificates() == 1
    certificate.refresh_from_db()
    file = bytes(certificate.pdf or b"")
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(file, profile=profile).is_compliant, profile
    found = [one.image for one in pypdf.PdfReader(io.BytesIO(file)).pages[0].images]
    return [one.size for one in found if one is not None]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_certificate_prints_the_image(ltc: LongTermCare, language: str) -> None:
    set_signature(ltc)
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(language=language)
    assert images_in(issued(ltc)) == [(960, 300)]


def test_certificate_without_image_prints_none(ltc: LongTermCare) -> None:
    assert images_in(issued(ltc)) == []


def test_issued_certificate_keeps_its_image_until_its_file_is_made(ltc: LongTermCare) -> None:
    first = set_signature(ltc)
    certificate = issued(ltc)
    second = set_signature(ltc, width=800)
    assert certificate.values["records"][0]["signature"] == first.pk != second.pk
    assert images_in(certificate) == [(960, 300)]
    actions.remove_signature(accreditation=ltc.record, by=ltc.by)
    assert not SignatureImage.objects.exists()


def test_file_is_not_made_without_its_image(ltc: LongTermCare) -> None:
    set_signature(ltc)
    issued(ltc)
    type(ltc.record).objects.update(signature=None)
    SignatureImage.objects.all().delete()
    assert render_certificates() == 0


@pytest.mark.parametrize(
    "data",
    [
        picture(kind="GIF", mode="L"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture()[:20],
        picture(width=5000, height=4000, mode="L"),
        picture(width=20000, height=9000, mode="L"),
    ],
    ids=["GIF", "SVG", "PDF", "cut off", "large", "bomb"],
)
def test_other_files_and_too_large_pictures_are_refused(data: bytes) -> None:
    with pytest.raises(NoPictureError):
        small_picture(data, width=1000, height=300)


def test_stored_picture_is_grey_and_has_no_metadata() -> None:
    source = io.BytesIO()
    details = Image.Exif()
    details[0x010E] = "secret"
    Image.new("RGB", (300, 100), "white").save(source, "JPEG", exif=details, comment=b"secret")
    found = small_picture(source.getvalue(), width=1000, height=300)
    assert b"secret" not in found
    with Image.open(io.BytesIO(found)) as image:
        assert (image.format, image.mode, image.size, image.getpixel((5, 5))) == ("PNG", "L", (300, 100), 255)
    with Image.open(io.BytesIO(small_picture(picture(), width=1000, height=300))) as image:
        assert image.getpixel((900, 290)) == 255  # transparent becomes white


def test_staff_upload_and_remove_the_image_on_its_page(ltc: LongTermCare, people: People) -> None:
    client = signed_in_client(people.staff)
    here = reverse("admin:credits_accreditation_signature", args=(ltc.record.pk,))
    assert here in client.get(reverse("admin:credits_accreditation_change", args=(ltc.record.pk,))).content.decode()
    assert "There is no image." in says(client.get(here))

    def send(data: bytes) -> str:
        return says(client.post(here, {"file": SimpleUploadedFile("s.png", data, "image/png")}, follow=True))

    assert "This is no PNG or JPEG picture" in send(b"nothing")
    assert "The file has more than 2 MB." in send(picture() + bytes(2 * 1024 * 1024))
    assert "Choose a file." in says(client.post(here, {}))
    assert "The image of the signature is saved." in send(picture())
    file = client.get(reverse("admin:credits_accreditation_signature_file", args=(ltc.record.pk,)))
    assert (file.headers["Content-Type"], file.content) == ("image/png", SignatureImage.objects.get().png)
    assert "The image of the signature is removed." in says(client.post(here, {"act": "remove"}, follow=True))
    ltc.record.refresh_from_db()
    assert (ltc.record.signature, SignatureImage.objects.count()) == (None, 0)
    verbs = ["accreditation-signature-set", "accreditation-signature-removed"]
    events = AuditEvent.objects.filter(verb__in=verbs).order_by("pk")
    assert [(event.verb, event.actor_id) for event in events] == [(verb, people.staff.pk) for verb in verbs]


def test_image_is_removed_when_another_person_signs(ltc: LongTermCare, people: People) -> None:
    set_signature(ltc)
    client = signed_in_client(people.staff)
    here = reverse("admin:credits_accreditation_change", args=(ltc.record.pk,))
    client.post(here, posted_fields(client, here) | {"signatory_title_en": "Director"})
    ltc.record.refresh_from_db()
    assert ltc.record.signature_id
    answer = client.post(here, posted_fields(client, here) | {"signatory_name": "Lee Specimen"}, follow=True)
    assert "The image of the signature is removed, because it was that of the signatory before." in says(answer)
    assert not SignatureImage.objects.exists()


@pytest.mark.parametrize("person", [lambda ltc: ltc.by, lambda ltc: ltc.people.coordinator(ltc.programme.bc)])
def test_coordinators_see_and_change_no_image(ltc: LongTermCare, person: "Callable[[LongTermCare], object]") -> None:
    set_signature(ltc)
    client = signed_in_client(person(ltc))  # type: ignore[arg-type]
    for name in ("signature", "signature_file"):
        here = reverse(f"admin:credits_accreditation_{name}", args=(ltc.record.pk,))
        assert (client.get(here).status_code, client.post(here, {"act": "remove"}).status_code) == (404, 404)
    assert SignatureImage.objects.exists()
