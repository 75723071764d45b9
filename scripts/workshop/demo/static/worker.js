// The demo's server: Pyodide with the stand-in's mailbox and the sandbox CRM (served.py).
//
// The first message is the demo's address. Every other one is a request {method, path, headers, body} with a port for
// its answer {status, headers, body}.

let answering;

async function started(place) {
  const about = await fetch(new URL("demo/demo.json", place)).then((response) => response.json());
  const pyodideFolder = new URL(about.pyodide, place).href;
  const { loadPyodide } = await import(`${pyodideFolder}pyodide.mjs`);
  const [python, packages] = await Promise.all([
    loadPyodide({ indexURL: pyodideFolder }),
    fetch(new URL("demo/packages.zip", place)).then((response) => response.arrayBuffer()),
  ]);
  python.unpackArchive(packages, "zip", { extractDir: "/demo" });
  const paths = python.pyimport("sys").path;
  paths.insert(0, "/demo");
  const demo = python.pyimport("served").Demo(place);
  return async ({ method, path, headers, body }) => {
    const content = python.toPy(new Uint8Array(body));
    const answer = await demo.answer(method, path, JSON.stringify(headers), content);
    const [status, told, bytes] = answer.toJs();
    answer.destroy();
    return { status, headers: JSON.parse(told), body: bytes };
  };
}

onmessage = ({ data, ports }) => {
  if (typeof data === "string") {
    answering = started(data);
    answering.then(() => postMessage("ready"), (error) => postMessage(String(error.message ?? error)));
    return;
  }
  answering
    .then((answer) => answer(data))
    .catch((error) => ({ status: 500, headers: [["content-type", "text/plain; charset=utf-8"]], body: String(error) }))
    .then((answer) => ports[0].postMessage(answer));
};
