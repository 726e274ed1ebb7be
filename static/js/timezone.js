// Stores the browser's time zone in a cookie for the server. Nothing else is read, stored or sent.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  const known = /(?:^|; )browser_zone=([^;]*)/.exec(document.cookie)?.[1];
  if (zone === known || !/^[\w+\-/]{1,64}$/.test(zone)) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `browser_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
})();
