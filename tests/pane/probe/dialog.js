"use strict";

Office.onReady(() => {
  const { ui } = Office.context;
  ui.addHandlerAsync(Office.EventType.DialogParentMessageReceived, ({ message }) => ui.messageParent(`you said: ${message}`), () => {
    ui.messageParent("hello from the dialog");
    document.getElementById("state").textContent = "sent";
  });
});
