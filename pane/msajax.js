// The few names of Microsoft's AJAX library that office.js asks for, written from its uses of them.
//
// office.js fetches MicrosoftAjax.js from ajax.aspnetcdn.com unless these exist, and Office.onReady never
// resolves when that host can't be reached. Load this file before office.js.
(function () {
  "use strict";

  function hidden(target, name, value) {
    if (!(name in target)) Object.defineProperty(target, name, { value: value, writable: true, configurable: true });
  }

  function maker(name) {
    return function (subject, message) {
      const error = new Error(`${name}: ${message || subject || ""}`);
      error.name = name;
      return error;
    };
  }

  window.Type = window.Type || Function;
  hidden(Function, "registerNamespace", function (path) {
    path.split(".").reduce((parent, name) => (parent[name] = parent[name] || {}), window);
  });
  hidden(Function.prototype, "registerClass", function (name) { hidden(this, "__typeName", name); return this; });
  hidden(Function.prototype, "getName", function () { return this.__typeName || this.name; });

  hidden(Error, "argument", maker("Sys.ArgumentException"));
  hidden(Error, "argumentNull", maker("Sys.ArgumentNullException"));
  hidden(Error, "argumentType", maker("Sys.ArgumentTypeException"));
  hidden(Error, "argumentOutOfRange", maker("Sys.ArgumentOutOfRangeException"));
  hidden(Error, "parameterCount", maker("Sys.ParameterCountException"));
  hidden(Error, "invalidOperation", maker("Sys.InvalidOperationException"));

  // Null when the values fit what is expected of them, else the error to throw.
  hidden(Function, "_validateParams", function (values, expected) {
    if (values.length > expected.length) return Error.parameterCount();
    for (let index = 0; index < expected.length; index++) {
      const { name, type, mayBeNull, maybeNull, optional } = expected[index];
      const value = values[index];
      if (value === undefined && !optional && index >= values.length) return Error.parameterCount(name);
      if (value === undefined || value === null) {
        if (!mayBeNull && !maybeNull && !optional) return Error.argumentNull(name);
      } else if (type && !(Object(value) instanceof type)) {
        return Error.argumentType(name);
      }
    }
    return null;
  });

  window.Sys = window.Sys || {
    StringBuilder: function StringBuilder() {},
    Serialization: { JavaScriptSerializer: { serialize: JSON.stringify, deserialize: (text) => JSON.parse(text) } },
    Debug: { trace: (text) => console.debug(text) },
    Browser: { agent: null, InternetExplorer: {} },
  };
})();
