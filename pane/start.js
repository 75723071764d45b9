// The plain start: Pyodide as it comes, with the whole standard library and the application's source.
import { loadPyodide } from "./vendor/pyodide/pyodide.mjs";

const at = (name) => new URL(name, import.meta.url).href;

// Resolves to the interpreter, with the application importable.
export async function plain() {
  const application = fetch(at("vendor/connector.zip"));
  const interpreter = await loadPyodide({ indexURL: at("vendor/pyodide/") });
  interpreter.unpackArchive(await (await application).arrayBuffer(), "zip");
  return interpreter;
}
