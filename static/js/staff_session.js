// Shows a notice before the session of staff ends, with a button that extends it, so that a typed form is not lost.
(() => {
  const notice = document.getElementById("session-notice");
  if (!notice) return;
  const show = (name) => {
    for (const part of notice.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
    notice.hidden = name === "";
  };
  let since, timer;
  const warn = () => {
    const minutes = (Date.now() - since) / 60000;
    show(minutes > Number(notice.dataset.endsAfter) ? "ended" : "soon");
  };
  const start = () => {
    since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(warn, Number(notice.dataset.warnsAfter) * 60000);
  };
  notice.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(event.target.action, {
        method: "POST", body: new FormData(event.target), redirect: "manual",
      });
      if (answer.status === 204) start();
      show(answer.status === 204 ? "" : answer.status === 409 ? "last" : "ended");
    } catch {
      show("offline");
    }
  });
  start();
})();
