// TEST AND DEVELOPMENT ONLY. Not part of office.js, not Microsoft's, never served in production.
//
// The npm package's Outlook file is of 2022. Today's office.js on Microsoft's server knows more: this adds what a
// pane may ask for (whole mail as file 1.14, selected items 1.13, officeTheme, partitionKey), over office.js's own
// channel to the stand-in Outlook, so that the pane's code for it can be run. It only adds names that are missing.
(function () {
  "use strict";

  const WHOLE_MAIL = 204, SELECTED_ITEMS = 196;

  function ask(dispatchId, callback, context) {
    const factory = OSF._OfficeAppFactory;
    const call = { ApiParams: null, MethodData: { ControlId: factory.getId(), DispatchId: dispatchId } };
    factory.getClientEndPoint().invoke("ExecuteMethod", (_channel, answer) => {
      if (answer === null || typeof answer !== "object" || !callback) return;
      const failed = answer.error || answer.wasSuccessful === false;
      const code = answer.errorCode || 5000;
      callback({
        asyncContext: context, status: failed ? "failed" : "succeeded", value: failed ? undefined : answer.data,
        error: failed ? { code, ...OSF.DDA.ErrorCodeManager.getErrorArgs(code) } : null,
      });
    }, call);
  }

  function method(dispatchId) {
    return (...values) => {
      const callback = values.find((value) => typeof value === "function");
      if (!callback) throw Error.argumentNull("callback");
      ask(dispatchId, callback, values.find((value) => typeof value === "object")?.asyncContext);
    };
  }

  function added(target, name, value) {
    if (target && !(name in target)) Object.defineProperty(target, name, { value, configurable: true, enumerable: true });
  }

  function extend() {
    const { mailbox } = Office.context ?? {};
    if (!mailbox) return;
    const told = OSF._OfficeAppFactory.getInitializationHelper()._appContext._standin;
    if (!told.roaming) {
      // A host without roaming settings; office.js has defined them for good.
      const factory = OSF._OfficeAppFactory;
      factory.setContext(Object.create(factory.getContext(), { roamingSettings: { value: undefined, enumerable: true } }));
    }
    added(Office.context, "officeTheme", Object.freeze({ ...told.theme }));
    added(Office.context, "partitionKey", told.partitionKey);
    added(mailbox, "getSelectedItemsAsync", method(SELECTED_ITEMS));
    const whole = () => { if (told.wholeMail) added(mailbox.item, "getAsFileAsync", method(WHOLE_MAIL)); };
    whole();
    // A new selection makes a new item object.
    const { initialize } = mailbox;
    mailbox.initialize = function (data) {
      initialize.call(this, data);
      whole();
    };
  }

  // Before the page's own onReady callbacks; the internal name does not count as the page's call of onReady.
  Office.onReadyInternal(extend);
})();
