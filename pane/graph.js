// What Microsoft Graph hands out of the open mail: bytes that stay out of Python's memory. Loaded where the organization
// has switched Graph on and something is asked of it, and so is Microsoft's msal-browser, which lies beside it.
const PIECE = 4 * 1024 * 1024; // Bytes that are kept in memory at most; a blob's content is kept elsewhere.
const BEGINNING = 16;
const TELL_MS = 250; // Between two words of how much has come.

const { files, imported } = globalThis.mailConnector;

// Python's own part of it, as an archive; `cache` is for the network.
export async function modules(cache) {
  const answer = await fetch(new URL("./graph.zip", import.meta.url), { cache });
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  return answer.arrayBuffer();
}

export async function msal() {
  if (!globalThis.msal) await imported(new URL("./msal-browser.js", import.meta.url).href);
  return globalThis.msal;
}

// GETs one address. `head` resolves to {status, headers}, and is refused where no answer comes. Nothing is followed to
// another address. It gives up on no progress, never on length.
export function get(url, headers, stallMs) {
  const control = new AbortController();
  let timer;
  let telling;
  let dropped = false;
  let silent = false;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      control.abort();
    }, stallMs);
  };
  const over = () => {
    clearTimeout(timer);
    clearInterval(telling);
  };
  const drop = () => {
    dropped = true;
    over();
    control.abort();
  };
  alive();
  const answering = fetch(url, {
    headers,
    signal: control.signal,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  answering.then(alive, over);
  const head = answering.then(({ status, headers: given }) => ({ status, headers: Array.from(given) }));

  async function text() {
    const answer = await answering;
    return answer.text().finally(over);
  }

  // Resolves to {key, size, broken, begins}; `part` is the key of what was there before, or empty. `tell` is called now and
  // then with how many bytes are there.
  async function file(type, part, tell) {
    const parts = part ? [files.release(part)] : [];
    let came = part ? parts[0].size : 0;
    // Also where nothing comes: whoever begins to listen meanwhile hears how much there is.
    telling = setInterval(() => tell(came), TELL_MS);
    let gathered = [];
    let room = PIECE;
    let broken = false;
    const put = () => {
      if (gathered.length) parts.push(new Blob(gathered));
      gathered = [];
      room = PIECE;
    };
    try {
      const reader = (await answering).body.getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        alive();
        gathered.push(read.value);
        room -= read.value.length;
        if (room <= 0) put();
        came += read.value.length;
      }
    } catch {
      broken = true;
    }
    over();
    if (dropped) return { broken };
    put();
    const blob = new Blob(parts, { type });
    const begins = new TextDecoder("latin1").decode(await blob.slice(0, BEGINNING).arrayBuffer());
    return { ...files.hold(blob), broken, begins };
  }

  return { head, text, file, drop, silent: () => silent };
}
