"""XMP metadata that PDF/UA-1 and PDF/A-2a require for properties that PDF/A does not define."""

PDF_UA_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"
PROPERTY = """
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{kind}</pdfaProperty:valueType><pdfaProperty:category>{category}</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"""
SCHEMA = """
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{title}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"""
DESCRIPTIONS = """
<rdf:Description rdf:about="" xmlns:pdfuaid="{pdf_ua}"><pdfuaid:part>1</pdfuaid:part></rdf:Description>{own}
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
PDF_UA_SCHEMA = SCHEMA.format(
    title="PDF/UA identification",
    namespace=PDF_UA_NAMESPACE,
    prefix="pdfuaid",
    properties=PROPERTY.format(name="part", kind="Integer", category="internal", description="Part of PDF/UA"),
)


def descriptions(*, own: str = "", schema: str = "") -> str:
    """Return the XML to add to the metadata. `own` contains additional properties, and `schema` defines them."""
    return DESCRIPTIONS.format(pdf_ua=PDF_UA_NAMESPACE, own=own, schemas=PDF_UA_SCHEMA + schema)


PDF_UA = descriptions()
