// Bytes that must not pass through Python's memory: attachments from Outlook, and uploads to the CRM.
//
// Python holds only keys into `held`. Everything else of the pane is Python.
(function () {
  "use strict";

  const PIECE = 4 * 1024 * 1024; // base64 characters decoded at a time: a few milliseconds, then the page may breathe
  const LONGEST_SKELETON = 512 * 1024; // characters
  const MOST_COUNTED = 1000; // Whether there is anything is all that counts.
  const held = new Map();
  let last = 0;

  function hold(blob) {
    const key = `file-${++last}`;
    held.set(key, blob);
    return { key, size: blob.size, type: blob.type };
  }

  const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

  // Decodes piece by piece into the same memory; a blob's content is kept elsewhere as soon as it is made.
  function decoder() {
    if (!Uint8Array.prototype.setFromBase64) {
      return (piece) => Uint8Array.from(atob(piece), (character) => character.charCodeAt(0));
    }
    let room = new Uint8Array(0);
    return (piece) => {
      if (room.length < piece.length * 0.75) room = new Uint8Array(Math.ceil(piece.length * 0.75));
      return room.subarray(0, room.setFromBase64(piece).written);
    };
  }

  async function decodePieces(content, take) {
    const decoded = decoder();
    for (let start = 0; start < content.length; start += PIECE) {
      // office.js has just taken the answer apart, which is long enough for one turn.
      if (content.length > PIECE) await breathe();
      const piece = content.slice(start, start + PIECE);
      const bytes = decoded(piece);
      if (start + PIECE < content.length && bytes.length !== PIECE * 0.75) throw new Error("white space in it");
      take(bytes);
    }
  }

  // Outlook sends base64 without anything else in it. To look through it first takes longer than all else together.
  async function decodedBy(make, content) {
    try {
      const maker = make();
      await decodePieces(content, maker.take);
      return maker.made();
    } catch {
      const maker = make();
      await decodePieces(plainBase64(content), maker.take);
      return maker.made();
    }
  }

  // Without line breaks, quotes around it, the beginning of a data address, and the signs that addresses take in place of +
  // and /. Whatever else is no base64 stays, so that it is refused: without it the rest would be other bytes.
  function plainBase64(content) {
    let plain = content.replace(/[\s\ufeff]+/g, "");
    if (plain.startsWith('"') && plain.endsWith('"')) plain = plain.slice(1, -1);
    if (plain.startsWith("data:")) plain = plain.slice(plain.indexOf(",") + 1);
    return plain.replace(/-/g, "+").replace(/_/g, "/");
  }

  function blobFromBase64(content, type) {
    return decodedBy(() => {
      const parts = [];
      return { take: (bytes) => parts.push(new Blob([bytes])), made: () => new Blob(parts, { type }) };
    }, content);
  }

  // Makes the skeleton of a message, which connector/mail/skeleton.py takes apart: its head, and every line that
  // begins like a boundary with what follows to the next empty line. Of all else a count stays; and of the lines that
  // begin like a boundary, of what follows an empty line, and of the end, the place in bytes.
  function skeletonMaker() {
    const wide = new TextDecoder("x-user-defined"); // a character for each byte
    const kept = [];
    let room = LONGEST_SKELETON;
    let rest = "";
    let restAt = 0; // bytes before it
    let inHead = true;
    let inLine = false;
    let counted = 0;
    const keep = (line, place, next) => {
      if (line.startsWith("--")) kept.push(`\0@${place}`);
      const bytes = Uint8Array.from(line.slice(0, Math.max(room, 0)), (character) => character.charCodeAt(0));
      kept.push(decodedText(bytes).replace(/[\0\r]/g, ""));
      room -= line.length + 1;
      inHead = !/^\r?$/.test(line);
      if (!inHead) kept.push(`\0@${next}`);
    };
    const count = (text) => {
      for (let at = 0; at < text.length && counted < MOST_COUNTED; at += 4096) {
        counted += text.slice(at, at + 4096).replace(/\s+/g, "").length;
      }
    };
    const settle = () => {
      if (counted > 0) kept.push(`\0${Math.min(counted, MOST_COUNTED)}`);
      counted = 0;
    };
    const take = (bytes) => {
      if (room <= 0) return;
      const text = rest + wide.decode(bytes);
      let at = 0;
      while (at < text.length && room > 0) {
        const end = text.indexOf("\n", at);
        const mayBegin = inHead || (!inLine && text.startsWith("--", at));
        if (mayBegin && end < 0) break;
        if (mayBegin) {
          const line = text.slice(at, end);
          settle();
          keep(line, restAt + at, restAt + end + 1);
          at = end + 1;
        } else if (text.length - at < 2 && !inLine) {
          break;
        } else {
          const next = text.indexOf("\n--", at);
          const until = next < 0 ? text.lastIndexOf("\n") : next;
          inLine = until < at;
          count(text.slice(at, inLine ? text.length : until + 1));
          at = inLine ? text.length : until + 1;
        }
      }
      rest = text.slice(at);
      restAt += at;
    };
    const made = () => {
      if (room > 0 && (inHead || rest.startsWith("--"))) {
        settle();
        keep(rest, restAt, restAt + rest.length);
      } else if (room > 0) {
        count(rest);
        settle();
      }
      kept.push(room <= 0 ? "\0+" : `\0@${restAt + rest.length}`); // Python must not take one that is cut for complete.
      return kept.join("\n");
    };
    return { take, made };
  }

  function decodedText(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }

  // Asks for the whole message of the open item. Resolves to what `made` makes of it, or {failed: [code, text]}.
  function message(item, made) {
    const answered = ({ status, value, error }) => {
      if (status !== "succeeded") return failure(error);
      if (typeof value !== "string" || !value) return { failed: ["", "no content"] };
      return made(value);
    };
    return new Promise((resolve) => item.getAsFileAsync(resolve)).then(answered).catch(failure);
  }

  // Resolves to {text}, the skeleton of the open item's whole message.
  function skeleton(item) {
    const promise = message(item, (value) => decodedBy(skeletonMaker, value).then((text) => ({ text })));
    return { promise, abandon: () => {} };
  }

  // Resolves to {key, size, type, text, sha256}: the whole message as a file, its skeleton, and its SHA-256.
  function original(item) {
    let wanted = true;
    let answer = {};
    const promise = message(item, async (value) => {
      const text = await decodedBy(skeletonMaker, value);
      const blob = await blobFromBase64(value, "message/rfc822");
      const sha256 = hexadecimal(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
      if (wanted) answer = hold(blob);
      return { ...answer, text, sha256 };
    });
    const abandon = () => {
      wanted = false;
      held.delete(answer.key);
    };
    return { promise, abandon };
  }

  // Takes a part out of a held message: the bytes from `start` to before `end`, without the line break at their end where
  // they are `closed` by a boundary, decoded. Resolves to {key, size, type, odd}; `odd`: with signs that base64 has not.
  function part(key, start, end, encoding, closed, type) {
    let wanted = true;
    let answer = {};
    const promise = takenOut(held.get(key).slice(start, end), encoding, closed, type)
      .then(({ blob, odd }) => (wanted ? (answer = { ...hold(blob), odd }) : {}))
      .catch(failure);
    const abandon = () => {
      wanted = false;
      held.delete(answer.key);
    };
    return { promise, abandon };
  }

  const AS_THEY_ARE = new Set(["", "7bit", "8bit", "binary"]);

  async function takenOut(written, encoding, closed, type) {
    if (encoding === "base64") {
      const text = await written.text();
      const blob = await blobFromBase64(text.replace(/[^A-Za-z0-9+/]/g, ""), type);
      return { blob, odd: /[^A-Za-z0-9+/=\s]|=\s*[A-Za-z0-9+/]/.test(text) };
    }
    if (encoding !== "quoted-printable" && !AS_THEY_ARE.has(encoding)) throw new Error(`written in ${encoding}`);
    const last = new Uint8Array(await written.slice(-2).arrayBuffer());
    const ends = last.at(-1) === 10 ? (last.at(-2) === 13 ? 2 : 1) : 0;
    const content = closed ? written.slice(0, written.size - ends) : written;
    const bytes = encoding === "quoted-printable" ? unquoted(new Uint8Array(await content.arrayBuffer())) : content;
    return { blob: new Blob([bytes], { type }), odd: false };
  }

  // Quoted-printable (RFC 2045). What is no sign of it stays as it is.
  function unquoted(bytes) {
    const signs = new Uint8Array(bytes.length);
    let length = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== 61) {
        signs[length++] = bytes[at];
        continue;
      }
      const [line] = /^[ \t]*(\r?\n|$)|/.exec(wideText(bytes.subarray(at + 1, at + 80)));
      const code = wideText(bytes.subarray(at + 1, at + 3));
      if (/^[0-9A-Fa-f]{2}$/.test(code)) {
        signs[length++] = parseInt(code, 16);
        at += 2;
      } else if (line || at + 1 === bytes.length) {
        at += line.length;
      } else {
        signs[length++] = 61;
      }
    }
    return signs.subarray(0, length);
  }

  const wideText = (bytes) => new TextDecoder("x-user-defined").decode(bytes);

  function failure(error) {
    return { failed: [String(error?.code ?? ""), String(error?.message || error?.name || error || "no answer")] };
  }

  // Reads an attachment of the open item. Resolves to {key, size, type}, {url}, or {failed: [code, text]}.
  // After `abandon()` an answer that still comes is thrown away, and one that nobody has taken yet is let go of.
  function read(item, id, type) {
    let wanted = true;
    let answer = {};
    const keep = (blob) => (answer = hold(blob));
    const answered = (result) => {
      if (result?.status !== "succeeded") return failure(result?.error);
      const { content, format } = result.value || {};
      if (typeof content !== "string") return { failed: ["", "no content"] };
      if (format === "url") return { url: content };
      if (format === "eml") return keep(new Blob([content], { type: "message/rfc822" }));
      if (format === "iCalendar") return keep(new Blob([content], { type: "text/calendar" }));
      if (format !== "base64") return { failed: ["", `a format of its own: ${format}`] };
      return blobFromBase64(content, type).then(
        (blob) => (wanted ? keep(blob) : {}),
        () => ({ failed: ["", "no base64"] }),
      );
    };
    // office.js throws where it does not like an id, an empty one for instance.
    const promise = new Promise((resolve) => item.getAttachmentContentAsync(id, resolve))
      .then((result) => (wanted ? answered(result) : {}))
      .catch(failure);
    const abandon = () => {
      wanted = false;
      held.delete(answer.key);
    };
    return { promise, abandon };
  }

  function drop(keys) {
    for (const key of keys) held.delete(key);
  }

  // What distinguishes a file's bytes: SHA-256, as hexadecimal digits, over the SHA-256 of each piece, so that a large file
  // takes no memory.
  async function digest(key) {
    const blob = held.get(key);
    const sums = [];
    for (let start = 0; start < blob.size || start === 0; start += PIECE) {
      sums.push(await crypto.subtle.digest("SHA-256", await blob.slice(start, start + PIECE).arrayBuffer()));
    }
    return hexadecimal(await crypto.subtle.digest("SHA-256", await new Blob(sums).arrayBuffer()));
  }

  function hexadecimal(sum) {
    return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // What a held message says of itself: {text, sha256}, its skeleton and its SHA-256.
  async function examined(key) {
    const blob = held.get(key);
    const maker = skeletonMaker();
    for (let start = 0; start < blob.size; start += PIECE) {
      maker.take(new Uint8Array(await blob.slice(start, start + PIECE).arrayBuffer()));
    }
    const sum = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return { text: maker.made(), sha256: hexadecimal(sum) };
  }

  // The bytes behind a key, which is known no more.
  function release(key) {
    const blob = held.get(key);
    held.delete(key);
    return blob;
  }

  function dataUrl(key) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(held.get(key));
    });
  }

  // A text in pieces: [[true, text] | [false, key of a picture], …]
  async function whole(pieces) {
    const parts = await Promise.all(pieces.map(([plain, value]) => (plain ? value : dataUrl(value))));
    return parts.join("");
  }

  // A form as one blob, encoded as a browser does it (RFC 7578; names as in the HTML standard). Given FormData, Chromium
  // asks for each of its blobs anew while it sends: for a hundred that takes longer than sending them.
  async function encoded(fields, files) {
    const boundary = `----form-${crypto.randomUUID()}`;
    const name = (text) => text.replace(/\r\n?|\n/g, "%0D%0A").replace(/"/g, "%22");
    const parts = [];
    const part = (disposition, more, content) =>
      parts.push(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n`, content, "\r\n");
    for (const [field, pieces] of fields) {
      part(`name="${name(field)}"`, "", (await whole(pieces)).replace(/\r\n?|\n/g, "\r\n"));
    }
    for (const [field, file, key] of files) {
      const blob = held.get(key);
      const type = blob.type || "application/octet-stream";
      part(`name="${name(field)}"; filename="${name(file)}"`, `Content-Type: ${type}\r\n`, blob);
    }
    return new Blob([...parts, `--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
  }

  // A form that will be there soon, for an upload to this address. `fields`: [[name, pieces]], `files`: [[field, file
  // name, key]].
  function form(fields, files, url) {
    const promise = encoded(fields, files);
    room(url);
    promise.catch(() => {}); // the upload hears of that
    return { promise };
  }

  // XMLHttpRequest goes wherever a server sends it on to, with the whole mail. So each server has a frame of this page whose
  // policy lets it call no other: a browser looks at that at each redirect, before anything goes there. Resolves to the
  // frame's window, and what its policy has refused.
  const rooms = new Map();

  function room(url) {
    const { origin, hostname } = new URL(url);
    if (!rooms.has(origin)) rooms.set(origin, hostname.startsWith("[") ? open() : roomFor(origin));
    return rooms.get(origin);
  }

  // No policy can name a numeric IPv6 address: whether its server was left shows afterwards only.
  const open = async () => ({ own: globalThis, refused: new Set() });

  async function roomFor(origin) {
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.title = "Uploads";
    // Some browsers make an empty document at once, and another one later.
    const made = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await made;
    const page = frame.contentDocument;
    const policy = page.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = `connect-src ${origin}`;
    page.head.append(policy);
    const refused = new Set();
    page.addEventListener("securitypolicyviolation", ({ blockedURI }) => refused.add(blockedURI));
    return { own: frame.contentWindow, refused };
  }

  // POSTs a form. Resolves to [status, text] or to [0, "network" | "timeout" | "stalled" | "redirected" | "followed"]; it
  // times out on no progress, never on length.
  function send(url, headers, form, answerMs, stallMs, onProgress) {
    let request;
    let aborted = false;
    const run = async () => {
      let waiting;
      const late = new Promise((resolve) => (waiting = setTimeout(resolve, stallMs, null)));
      const there = await Promise.race([Promise.all([form.promise, room(url)]), late]).finally(() => clearTimeout(waiting));
      if (aborted) return [0, "aborted"];
      if (!there) {
        rooms.delete(new URL(url).origin); // Another frame next time.
        return [0, "stalled"];
      }
      const [body, { own, refused }] = there;
      request = new own.XMLHttpRequest();
      const { origin } = new URL(url);
      const elsewhere = () => Boolean(request.responseURL) && new URL(request.responseURL).origin !== origin;
      return new Promise((resolve) => {
        let timer;
        let reported = 0;
        const wait = (ms, reason) => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            resolve([0, reason]);
            request.abort();
          }, ms);
        };
        const end = (answer) => {
          clearTimeout(timer);
          resolve(answer);
        };
        request.open("POST", url);
        for (const [name, value] of headers) request.setRequestHeader(name, value);
        request.upload.onprogress = (event) => {
          wait(stallMs, "stalled");
          const now = performance.now();
          if (now - reported < 100 && event.loaded < event.total) return;
          reported = now;
          onProgress(event.loaded, event.total);
        };
        request.upload.onload = () => wait(answerMs, "timeout");
        request.onload = () => end(elsewhere() ? [0, "followed"] : [request.status, request.responseText]);
        // The event of what the policy refused comes in a turn of its own.
        request.onerror = () => setTimeout(() => end([0, refused.delete(url) ? "redirected" : "network"]));
        request.onabort = () => end([0, "aborted"]);
        wait(stallMs, "stalled");
        request.send(body);
      });
    };
    return {
      promise: run(),
      abort: () => {
        aborted = true;
        request?.abort();
      },
    };
  }

  globalThis.mailConnector = Object.assign(globalThis.mailConnector || {}, {
    files: {
      ...{ read, skeleton, original, examined, part, hold, release, drop, digest, form, send },
      count: () => held.size,
    },
  });
})();
