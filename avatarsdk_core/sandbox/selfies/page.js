"use strict";
(() => {
  const form = document.querySelector("form");
  document.body.classList.add("scripted");
  const say = document.getElementById("say");
  const shot = document.getElementById("shot");
  const empty = document.getElementById("empty");
  const send = document.getElementById("send");
  const bar = document.getElementById("bar");
  const limit = Number(form.dataset.limit);
  let photo = null;
  let shown = "";
  send.disabled = true;

  const tell = (text, bad) => { say.textContent = text; say.className = bad ? "bad" : ""; };

  const choose = (file) => {
    if (!file) { return; }
    photo = null;
    send.disabled = true;
    if (!["image/jpeg", "image/png"].includes(file.type)) {
      tell("This is no JPEG or PNG picture. Please choose another one.", true);
    } else if (file.size > limit) {
      tell(`This picture is larger than ${Math.floor(limit / 1048576)} MB. Please choose a smaller one.`, true);
    } else {
      photo = file;
      send.disabled = false;
      tell("Is the whole face in the picture, and sharp? Then send it.", false);
    }
    if (shown) { URL.revokeObjectURL(shown); }
    shown = photo ? URL.createObjectURL(photo) : "";
    shot.src = shown;
    shot.hidden = !photo;
    empty.hidden = Boolean(photo);
  };

  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => { choose(input.files[0]); input.value = ""; });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!photo) { return; }
    const request = new XMLHttpRequest();  // fetch tells nothing about the progress of an upload
    const body = new FormData();
    body.append("photo", photo, photo.name || "selfie.jpg");
    const failed = (text) => { send.disabled = false; bar.hidden = true; tell(text, true); };
    request.upload.addEventListener("progress", (step) => { bar.value = step.total ? step.loaded / step.total : 0; });
    request.addEventListener("error", () => failed("No connection. Please try again."));
    request.addEventListener("timeout", () => failed("That took too long. Please try again."));
    request.addEventListener("load", () => {
      if (request.status === 200 || request.status === 201) { location.reload(); return; }
      let why = "";
      try { why = JSON.parse(request.responseText).detail || ""; } catch (error) { why = ""; }
      failed(why || `The picture wasn't taken (${request.status}). Please try again.`);
    });
    request.open("POST", location.href);
    request.timeout = 120000;
    request.setRequestHeader("Accept", "application/json");
    send.disabled = true;
    bar.hidden = false;
    tell("Sending…", false);
    request.send(body);
  });
})();
