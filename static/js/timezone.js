// Stores the browser's time zone in a cookie for the server. Nothing else is read, stored or sent.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  const https = location.protocol === "https:";
  const name = https ? "__Host-browser_zone" : "browser_zone";
  const known = new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1];
  if (zone === known || !/^[\w+\-/]{1,64}$/.test(zone)) return;
  document.cookie = `${name}=${zone}; path=/; max-age=31536000; samesite=lax${https ? "; secure" : ""}`;
})();
