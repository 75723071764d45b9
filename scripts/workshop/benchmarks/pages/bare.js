// The least that any pane has to do: wait for Outlook, then show something.
Office.onReady(() => {
  document.getElementById("pane").textContent = Office.context.mailbox.item.subject;
  performance.mark("usable");
});
