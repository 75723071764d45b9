// Only browsers that do not know modules run this, and they can't run the pane. Of templates they know nothing either:
// the form would stand in the page. Nor do they run language.js: the sentence is here in every language.
(function () {
  "use strict";
  // Replaced by scripts/workshop/boot_set.py: {"it": "the sentence", …}
  var SENTENCES = window.outdatedSentences || {};
  var language = (navigator.language || navigator.userLanguage || "en").toLowerCase().split("-")[0];
  var N_ = function (english) { return SENTENCES[language] || english; };
  var text = document.createElement("p");
  if (SENTENCES[language]) text.setAttribute("lang", language);
  text.setAttribute("role", "alert");
  text.textContent = N_("This browser is too old for the Mail Connector. Nothing was stored. Use an up-to-date Outlook, or Outlook on the web in an up-to-date browser. Where Outlook shows add-ins in Internet Explorer, ask your administrator for WebView2.");
  document.body.innerHTML = "";
  document.body.appendChild(text);
})();
