// Plays Outlook for Windows, the Mac, iOS and Android to Microsoft's own office.js of that platform, with one mail.
//
// The pane is a page of its own there, and office.js talks to the program around it: by window.external on Windows, by
// webkit.messageHandlers on Apple's systems, by agaveHost on Android. `given` comes from tests/pane/native/host.py.
(function (given) {
  "use strict";

  const APP = { windows: 8, mac: 8, ios: 65536, android: 4194304 }[given.platform];
  const EXECUTE = 1, REGISTER = 2, WRITE_SETTINGS = 4, CONTEXT = 5; // methodId of a message
  const EMPTY = [[], []];
  const asked = (globalThis.askedOfOutlook = []);

  // What a call of the mailbox's API brings: the same JSON on all of these platforms.
  function answer(id, parameters) {
    asked.push(id);
    if (id === 1) return given.item;
    const wanted = parameters?.length ? parameters : [];
    if (id === 37) return success(given.body[wanted[0] === 3 ? "html" : "text"]);
    if (id === 168) return success(given.headers);
    if (id === 150) return success(given.files[JSON.parse(wanted.at(-1)).id]);
    if (id === 3) return { ...success(null), customProperties: "{}" };
    return { wasSuccessful: false, error: true, errorCode: 9018 };
  }

  function success(data) {
    return { wasSuccessful: true, error: false, errorCode: 0, data };
  }

  const written = (id, parameters) => [JSON.stringify(answer(id, parameters))];

  // As AppContextProperties of these scripts are numbered.
  function context() {
    const found = [];
    Object.assign(found, {
      0: EMPTY, 1: "mail-connector", 2: APP, 3: 16, 4: 1, 5: 0, 6: 0, 7: 0, 8: given.locale, 9: given.locale, 10: 0, 11: "",
      12: 0, 13: 0, 14: "", 15: 1, 16: "", 17: "1", 18: false, 19: true, 20: given.requirements, 21: "", 22: "16.0", 23: 0,
    });
    return Array.from(found, (value) => value ?? "");
  }

  function message(text) {
    const { methodId, params, callbackId } = JSON.parse(text);
    const back = (...values) => setTimeout(() => receiver()(callbackId, ...values));
    if (methodId === CONTEXT) back(context());
    else if (methodId === EXECUTE) back([0, written(params.id, params.apiArgs)]);
    else if (methodId === REGISTER || methodId === WRITE_SETTINGS) back([0]);
  }

  function receiver() {
    return globalThis.agaveHostCallback ?? OSF.ScriptMessaging.agaveHostCallback;
  }

  const windows = {
    GetHostInfo: () => `_host_Info=Outlook$Win32$16.02$${given.locale}$$$0`,
    GetContext: () => ({
      GetAppType: () => APP, GetSolutionRef: () => "mail-connector", GetAppVersionMajor: () => 16, GetAppVersionMinor: () => 1,
      GetAppUILocale: () => 1033, GetAppDataLocale: () => 1033, GetDocUrl: () => "", GetAppCapabilities: () => 0,
      GetActivationMode: () => 0, GetControlIntegrationLevel: () => 0, GetSolutionToken: () => "",
      GetSupportedMatrix: () => given.requirements, GetSettings: () => ({ Read: () => undefined, Write: () => undefined }),
    }),
    Execute: (id, parameters, back) => setTimeout(() => back({ toArray: () => written(id, parameters) }, 0)),
    RegisterEvent: (_id, _target, _handler, back) => setTimeout(() => back(0)),
    UnregisterEvent: (_id, _target, back) => setTimeout(() => back(0)),
    GetLoggingAllowed: () => false,
  };
  const own = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  if (given.platform === "windows") own("external", windows);
  else if (given.platform === "android") own("agaveHost", { postMessage: message, GetHostInfo: () => `_host_Info=Outlook$Android$16.00$${given.locale}$$$0` });
  else own("webkit", { messageHandlers: { Agave: { postMessage: message } } });
})
