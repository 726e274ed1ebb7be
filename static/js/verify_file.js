// Checks the signature of a certificate's file with the steps of credits/certificates/verifying.py. Nothing is sent.
(() => {
  const box = document.getElementById("file-check");
  if (!box) return;
  const field = document.getElementById("certificate-file");
  const output = document.getElementById("file-result");
  const published = JSON.parse(document.getElementById("published-keys").textContent);
  const PURPOSE = "palliative-care-echo certificate 1";
  const ED25519 = { name: "Ed25519" };
  const PARTS = [
    /<echo:keyId>([A-Za-z0-9-]{1,40})<\/echo:keyId>/g,
    /<echo:values>([^<]*)<\/echo:values>/g,
    /<echo:signature>([0-9a-f]{128})<\/echo:signature>/g,
  ];
  const PDF = /^[\s\S]{0,1024}%PDF-/;
  const encoder = new TextEncoder();
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const ESCAPED = [["&gt;", ">"], ["&lt;", "<"], ["&amp;", "&"]];

  const imported = async (text) =>
    crypto.subtle.importKey("raw", Uint8Array.from(atob(text), (one) => one.charCodeAt(0)), ED25519, false, ["verify"]);
  const sha256 = async (bytes) =>
    Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (one) => one.toString(16).padStart(2, "0")).join("");
  const only = (text, pattern) => {
    const found = [...text.matchAll(pattern)];
    if (found.length !== 1) return null;
    const [{ index, 0: whole, 1: inner }] = found;
    const start = index + whole.indexOf(">") + 1;
    return [start, start + inner.length];
  };
  const decoded = (bytes) => {
    try {
      return ESCAPED.reduce((text, [from, to]) => text.replaceAll(from, to), utf8.decode(bytes));
    } catch {
      return null;
    }
  };

  // Returns the code of the result, the ID of the key and the frozen values, as far as they are known.
  const check = async (bytes) => {
    const text = new TextDecoder("latin1").decode(bytes); // one character for each byte
    const [key, values, signature] = PARTS.map((pattern) => only(text, pattern));
    const words = key && values && signature ? decoded(bytes.subarray(...values)) : null;
    if (words === null) return { code: PDF.test(text) ? "unsigned" : "not-pdf" };
    const keyId = text.slice(...key);
    const known = published.find((one) => one.id === keyId);
    if (!known) return { code: "unknown-key", keyId };
    const empty = bytes.slice().fill(0x30, ...signature);
    const message = [PURPOSE, keyId, await sha256(encoder.encode(words)), await sha256(empty)].join("\n");
    const given = Uint8Array.from(text.slice(...signature).match(/../g), (pair) => parseInt(pair, 16));
    const isSigned = await crypto.subtle.verify(ED25519, await imported(known.ed25519), given, encoder.encode(message));
    return isSigned ? { code: "unchanged", keyId, values: JSON.parse(words) } : { code: "changed", keyId };
  };

  const show = (found, name) => {
    const part = document.getElementById(`result-${found.code}`).content.cloneNode(true);
    const values = found.values ?? {};
    const [session, ...others] = values.sessions ?? [];
    const [title, language] = session && !others.length // as on the sheet
      ? [session.title, session.title_language] : [values.series, values.series_language];
    const code = (values.code ?? "").replace(/(.{4})(?=.)/g, "$1-");
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
    const facts = {
      file: name,
      key: found.keyId,
      name: values.name,
      title,
      day: values.issued_on && day.format(new Date(values.issued_on)),
      code,
    };
    for (const slot of part.querySelectorAll("[data-slot]")) slot.textContent = facts[slot.dataset.slot] ?? "";
    for (const note of part.querySelectorAll("[data-specimen]")) note.hidden = !values.is_specimen;
    for (const slot of part.querySelectorAll("[data-slot=title]")) slot.lang = language || "";
    for (const link of part.querySelectorAll("a[data-of-code]")) link.href = link.href.replace("CODE", code);
    output.replaceChildren(part);
    output.dataset.result = found.code;
    output.scrollIntoView({ block: "nearest" });
  };

  let latest = 0; // of several files in a row, only the last one gets a result
  const read = async (files) => {
    const mine = ++latest;
    delete output.dataset.result;
    output.replaceChildren();
    if (!files.length) return;
    const [file] = files;
    let found;
    if (files.length > 1) found = { code: "several" };
    else if (file.size > Number(box.dataset.largest)) found = { code: "too-large" };
    else {
      try {
        found = await check(new Uint8Array(await file.arrayBuffer()));
      } catch {
        found = { code: "unreadable" };
      }
    }
    if (mine === latest) show(found, file.name);
  };

  const isOver = (event, over) => {
    event.preventDefault(); // or the browser opens the file in place of the page
    box.classList.toggle("is-over", over && box.contains(event.target));
  };
  const start = () => {
    box.hidden = false;
    field.addEventListener("change", () => read(field.files));
    document.addEventListener("dragover", (event) => isOver(event, true));
    document.addEventListener("dragleave", (event) => isOver(event, false));
    document.addEventListener("drop", (event) => {
      isOver(event, false);
      if (box.contains(event.target)) read(event.dataTransfer.files);
    });
    read(field.files); // a browser keeps the chosen file when the page is loaded again
  };
  // `crypto.subtle` is missing on pages without HTTPS, and Ed25519 in browsers from before 2025.
  Promise.all(published.map((one) => imported(one.ed25519))).then(start, () => show({ code: "unsupported" }));
})();
