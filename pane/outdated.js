// Only browsers that do not know modules run this, and they can't run the pane. Of templates they know nothing either:
// the form would stand in the page.
(function () {
  "use strict";
  var text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent =
    "This browser is too old for the Mail Connector. Nothing was stored. Use an up-to-date Outlook, or Outlook on the " +
    "web in an up-to-date browser. Where Outlook shows add-ins in Internet Explorer, ask your administrator for WebView2.";
  document.body.innerHTML = "";
  document.body.appendChild(text);
})();
