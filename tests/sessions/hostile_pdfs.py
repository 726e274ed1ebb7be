"""PDFs that do something by themselves, or that hide what they contain, and usual ones beside them."""

import base64
import zlib

from tests.sessions.uploads import PDF, pdf_with_stream

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
URI = b"<< /S /URI /URI (https://example.org/) >>"
PLACE = b"[1 0 R /XYZ null null 0]"


def pdf_with_objects(objects: bytes, more: bytes = b"/Filter /FlateDecode", packed: bytes = b"") -> bytes:
    """Return a PDF with a stream of one object, number 5. `packed` is the stream, if not compressed once."""
    unpacked = b"5 0 " + objects
    stream = b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 %b >>\nstream\n%b\nendstream\nendobj\n"
    return opening(b"5 0 R").replace(b"trailer", stream % (more, packed or zlib.compress(unpacked)) + b"trailer")


def opening(action: bytes, others: bytes = b"") -> bytes:
    """Return a PDF that does this when it is opened. `others` are more objects."""
    return PDF.replace(b"/Catalog", b"/Catalog /OpenAction " + action).replace(b"trailer", others + b"trailer")


UNPACKED = b"5 0 " + SCRIPT
PACKED = zlib.compress(UNPACKED)
ROWS = b"\0" + UNPACKED  # one row of the PNG predictor
HOSTILE = {
    "plain Flate": (pdf_with_objects(SCRIPT), "active"),
    "ASCIIHex": (pdf_with_objects(b"", b"/Filter /ASCIIHexDecode", UNPACKED.hex().encode() + b">"), "content"),
    "ASCII85 and Flate": (
        pdf_with_objects(b"", b"/Filter [/ASCII85Decode /FlateDecode]", base64.a85encode(PACKED) + b"~>"),
        "content",
    ),
    "predictor": (
        pdf_with_objects(
            b"",
            b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns %d >>" % len(UNPACKED),
            zlib.compress(ROWS),
        ),
        "content",
    ),
    "LZW": (pdf_with_objects(b"", b"/Filter /LZWDecode", b"\x80\x0b\x60\x50"), "content"),
    "RunLength": (
        pdf_with_objects(b"", b"/Filter /RunLengthDecode", b"\1/J\1av\5aScrip"),
        "content",
    ),
    "Flate twice": (pdf_with_objects(b"", b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(PACKED)), "content"),
    "Flate in a part": (pdf_with_objects(b"", packed=zlib.compress(b"5 0 " + PLACE)[:-6]), "content"),
    "a filter elsewhere": (pdf_with_objects(PLACE, b"/Filter 7 0 R"), "content"),
    "objects without their type": (
        pdf_with_objects(b"", b"/Filter /ASCIIHexDecode", b"61>").replace(b"/Type /ObjStm ", b""),
        "content",
    ),
    "a filter after a string": (
        pdf_with_objects(b"", b"/A (>> \\) (((()))) ) /Filter /AHx", b"61>"),
        "content",
    ),
    "encryption": (PDF.replace(b"/Root", b"/Encrypt 3 0 R /Root"), "content"),
    "400 MB": (pdf_with_stream(b"\0" * 4 * 10**8), "unpacks-too-large"),
    **{
        name: (opening(b"<< /S /%b >>" % name.encode()), "active")
        for name in ("SubmitForm", "ImportData", "GoToE", "GoToR", "Launch", "Rendition", "RichMedia", "Named")
    },
    "an address opened first": (opening(URI), "active"),
    "an address after a place": (opening(b"<< /S /GoTo /D %b /Next 9 0 R >>" % PLACE), "active"),
    "an address elsewhere": (opening(b"5 0 R", b"5 0 obj\n%b\nendobj\n" % URI), "active"),
    "an address in compressed objects": (pdf_with_objects(URI), "active"),
    "an address opened with a page": (PDF.replace(b"/Catalog", b"/Catalog /#41A << /O 9 0 R >>"), "active"),
    "very many comments": (PDF.replace(b"endobj", b"endobj " + b"obj%" * 4 * 10**6), "content"),
    "very many strings": (PDF.replace(b"/Catalog", b"/Catalog " + b"(" * 9 * 10**6 + b")" * 9 * 10**6), "content"),
}
USUAL = {
    "place": opening(PLACE),
    "place elsewhere": opening(b"5 0 R", b"5 0 obj\n%b\nendobj\n" % PLACE),
    "place in compressed objects": pdf_with_objects(PLACE),
    "action that goes to a place": opening(b"<</Type/Action/S/GoTo/D%b>>" % PLACE),
    "action in compressed objects": pdf_with_objects(b"<< /S /GoTo /D %b >>" % PLACE),
    "link to an address": PDF.replace(
        b"/Catalog",
        b"/Catalog /Annots [<< /Subtype /Link /A << /S /URI /URI (https://example.org/AA <(a)/JS (b)) >> >>]",
    ),
}
