// Asks the CRM about the open mail as soon as Outlook tells it, while Python starts, where a sign-in is kept; and shows
// the records of a plain answer.
//
// The request is the one that Python sends for a plain mail: somebody from outside writes to this mailbox, and perhaps
// to colleagues. The build has Python make it of a sample, and puts marks in the place of what is the mail's own
// (scripts/workshop/first_request.py); a test compares both over many mails. Of all other mails nothing is asked here.
// Python takes the answer where it would send the very same, and asks itself otherwise: connector/browser/fetch.py. It also
// takes the sign-in, which has been decrypted by then: connector/browser/storage.py.
//
// The rows are those that Python draws: the build has it draw some, with marks in them (scripts/workshop/first_rows.py),
// and a test compares both over many answers. Nothing is decided here: Python reads the same answer, takes the rows over,
// and chooses. Of an answer that says more than who and what is known, nothing is shown.
(function () {
  "use strict";

  // {url, bodies, headers, manner, programs, providers, rows}; the marks are {crm}, {token}, {mail}, {domain}, {id}, {subject}, {recent}.
  // The second body names records that were chosen for this person before.
  const SHAPE = globalThis.firstRequest;
  const FRAME = 50; // Milliseconds that Python waits at most until rows are painted.
  const LASTS = 20_000; // Milliseconds for which an answer counts that nobody has taken.
  const ADDRESS = /^[a-z0-9]+(?:[._-][a-z0-9]+)*@([a-z0-9-]+\.[a-z]+)$/i;
  const RECORD = /^[1-9]\d{0,8}x[1-9]\d{0,8}$/;
  const MESSAGE_ID = /^<[\w.+$=-]{1,150}@[\w.-]{1,90}>$/;
  const SUBJECT = /^(?! )[ !#-[\]-~¡-ſ]{1,200}$/;
  const TEXT = /^[!-~¡-¬®-ž]+(?: [!-~¡-¬®-ž]+)*$/; // One that Python shows as it is.
  const [LONGEST, LONGEST_LABEL] = [80, 60];
  // What stands in addresses of programs and lists, beside the words that Python knows, and in the names of those who
  // write for others.
  const PROGRAM = new RegExp(
    "admin|alert|anonym|antw|apache|auto|benach|bot$|bounce|cevap|confl|contest|cron|daemon|desk|drupal|dse|form|git|hit|" +
      "http|invit|jira|list|magento|mail|major|master|message|mod[eu]|news|nginx|nobody|notic|notif|odgov|odpo[vw]|otvet|" +
      "pec|php|posta|press|raspun|re?pl[aiy]|reagu|redmine|repon|resp|return|rispo|robot|root|shop|sign|send|svar|sympa|" +
      "system|typo|unatt|unmon|valasz|vasta|verp|web|www|yanit|zilla",
  );
  const FOR_OTHERS = RegExp(
    "(^|[^a-z])(via|durch|attraverso|tramite|par|por|przez|genom|gennem|gjennom|prin|behalf|conto|auftrag|rechnung|part|nom|nombre|nome|namens)([^a-z]|$)|[@úáüśřé]|через",
    "i",
  );
  const connector = globalThis.mailConnector || {};
  const signedIn = stayed();
  if (!connector.office || !signedIn.length) return;

  // Outlook's keys of the mailboxes of which somebody has stayed signed in, as pane/early.js finds out.
  function stayed() {
    const end = "mail-connector.session";
    try {
      return Object.keys(localStorage).filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
    } catch {
      return [];
    }
  }

  // What connector/browser/storage.py has kept. A database that is not there is not made.
  const opened = new Promise((resolve, reject) => {
    const opening = indexedDB.open("mail-connector", 1);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = reject;
  });
  opened.then((database) => (database.onversionchange = () => database.close())).catch(() => undefined);

  // The sign-in as text. Nothing but memory holds it.
  async function kept(partition) {
    const database = await opened;
    const { key, iv, sealed } = await new Promise((resolve, reject) => {
      const asked = database.transaction("kept").objectStore("kept").get(`${partition}session`);
      asked.onsuccess = () => resolve(asked.result || {});
      asked.onerror = reject;
    });
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
    return new TextDecoder().decode(plain);
  }

  // Before Outlook says which mailbox it is: mostly there is one.
  const likely = kept(signedIn[0]);
  likely.catch(() => undefined);

  // Whether connector/app/settings.py allows this sign-in.
  function allowed({ stay_signed_in: stay, free_url: free, crm_urls: urls }, { crm, token }) {
    const own = new URLSearchParams(location.search).get("crm"); // The manifest's.
    if (own && own !== crm) return false;
    const named = Array.isArray(urls) && urls.includes(crm);
    return Boolean(token && crm) && stay !== false && (free !== false || named);
  }

  const letters = (mail) => mail.split("@")[0].toLowerCase().replace(/[^a-z]/g, "");
  const isProgram = (name) =>
    PROGRAM.test(name) || SHAPE.programs.some((one) => name === one || (one.length > 4 && name.includes(one)));
  const company = (mail) => {
    const [, domain] = ADDRESS.exec(mail) || [];
    const plain = domain && domain === domain.toLowerCase() && !domain.startsWith("xn--");
    return plain && !SHAPE.providers.includes(domain.split(".")[0]) ? domain : "";
  };

  // What takes the marks' places; nothing where the mail is not a plain one.
  function plain({ from, sender, to, cc, subject, itemType, internetMessageId: id }, own, domains = []) {
    const mail = from.emailAddress;
    const [theirs, ours] = [company(mail), company(own)];
    const isOurs = ({ emailAddress: one }) => one === own || (ours && company(one) === ours);
    const fits = itemType === "message" && sender.emailAddress === mail && theirs && ours !== theirs && ADDRESS.test(own);
    if (!fits || domains.some((one) => `.${theirs}`.endsWith(`.${one.toLowerCase()}`)) || ![...to, ...cc].every(isOurs)) return undefined;
    if (isProgram(letters(mail)) || FOR_OTHERS.test(from.displayName)) return undefined;
    return MESSAGE_ID.test(id) && SUBJECT.test(subject) && !subject.endsWith(" ") && { mail, domain: theirs, id, subject };
  }

  // As connector/finding/recent.py has them in the mailbox's settings.
  async function recent(settings, { crm, user }, mail) {
    const digest = async (text) => {
      const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
      return btoa(String.fromCharCode(...bytes)).slice(0, 12).replaceAll("+", "-").replaceAll("/", "_");
    };
    const written = settings?.get("lately");
    if (!written) return [];
    const owner = await digest(`${crm}\n${user}`);
    const kept = JSON.parse(written);
    if (kept.v !== 1 || kept.for !== owner) return [];
    const person = await digest(`${owner}\n${mail.toLowerCase()}`);
    const [, ids] = kept.list.find(([name]) => name === person) || ["", []];
    if (!ids.every((id) => RECORD.test(id)) || ids.length > 4) throw new Error("not as expected");
    return ids;
  }

  const filled = (text, values) => text.replace(/{(\w+)}/g, (mark, name) => values[name] ?? mark);
  const folded = (text) => text.toLowerCase().replaceAll("ß", "ss");

  // A tree of elements with these values in the place of its marks.
  function grown(tree, values) {
    if (typeof tree === "string") return filled(tree, values);
    const [tag, key, given, on, inside] = tree;
    const attributes = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, filled(text, values)]));
    return [tag, filled(key, values), attributes, on, inside.map((one) => grown(one, values))];
  }

  // A record's row, and the place of its reason. Fails where Python might show it otherwise.
  function row({ id, module, name, detail = "", reason, about = "" }, modules, mail) {
    const { reasons, signs, others, rows, about: both } = SHAPE.rows;
    const place = reasons.findIndex(([one]) => one === reason);
    const [, because, unsaid] = reasons[place];
    const { label, singular } = modules.find((one) => one.name === module);
    const text = connector.language?.text || ((english) => english);
    const why = text(about ? because : unsaid).replace(/{\w+}/, () => about);
    const address = reason === "address" ? about : "";
    const more = detail && folded(detail) !== folded(address) ? detail : address;
    const word = singular || label;
    const shown = [id, module, name, word, ...[detail, about].filter(Boolean)];
    const known = reason !== "address" || folded(about) === folded(mail);
    const plainly = shown.every((one) => one.length <= LONGEST && TEXT.test(one)) && RECORD.test(id) && word.length <= LONGEST_LABEL;
    if (!known || !plainly || others.includes(module)) throw new Error("not as expected");
    const line = filled(text(both), { module: word, reason: why });
    const sign = Object.hasOwn(signs, module) ? signs[module] : "record";
    return [place, grown(rows[more ? 1 : 0], { id, name, sign, about: line, detail: more })];
  }

  // The list of an answer's records, best first.
  function listed({ status, text }, mail) {
    const { status: said, data, error, success } = JSON.parse(text);
    const { records, modules, links = [], unasked = [] } = data.result;
    const told = status === 200 && said === 200 && !error && success !== false && data.ok && Number.isInteger(data.contract);
    const once = new Set(records.map(({ id }) => id)).size === records.length;
    const few = records.length > 0 && records.length <= SHAPE.rows.most;
    if (!told || !once || !few || links.length || unasked.length) throw new Error("not as expected");
    const rows = records.map((one) => row(one, modules, mail)).sort(([one], [other]) => one - other);
    const [list, [first]] = [SHAPE.rows.list.slice(0, 4), SHAPE.rows.list[4]];
    return [...list, [[...first.slice(0, 4), rows.map(([, tree]) => tree)]]];
  }

  // Shows them in the early screen (pane/early.js), where the mail is still open, until they are painted.
  async function show(answer, { mail, id, subject }) {
    const rows = listed(answer, mail);
    if (Office.context.mailbox.item.internetMessageId !== id) return;
    connector.rows = { tree: rows, id, subject };
    connector.early?.put();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }

  // Whoever takes the answer need not wait for its text.
  async function read(answer) {
    return { type: answer.type, status: answer.status, text: await answer.text() };
  }

  async function ask() {
    await connector.office;
    const { mailbox, partitionKey: partition = "", roamingSettings } = Office.context;
    if (localStorage.getItem(`${partition}mail-connector.keep`) !== "yes") return;
    connector.kept = partition === signedIn[0] ? likely : kept(partition);
    const [session, config] = (await Promise.all([connector.kept, connector.config])).map((text) => JSON.parse(text));
    if (!allowed(config, session)) return;
    const found = plain(mailbox.item, mailbox.userProfile.emailAddress, config.own_domains);
    if (!found) return;
    const ids = await recent(roamingSettings, session, found.mail);
    const listed = ids.map((id) => `\\"${id}\\"`).join(", ");
    const values = { ...found, crm: session.crm, token: session.token, recent: `[${listed}]` };
    const headers = Object.fromEntries(Object.entries(SHAPE.headers).map(([name, text]) => [name, filled(text, values)]));
    const [url, body] = [SHAPE.url, SHAPE.bodies[ids.length ? 1 : 0]].map((text) => filled(text, values));
    const control = new AbortController();
    const answer = fetch(url, { ...SHAPE.manner, headers, body, signal: control.signal }).then((coming) => {
      const said = read(coming);
      const shown = said.then((one) => show(one, found)).catch(() => undefined);
      // In a page that is hidden nothing is painted.
      connector.painted = Promise.race([shown, new Promise((resolve) => setTimeout(resolve, FRAME))]);
      return said;
    });
    const asked = { url, body, headers, answer, came: false, drop: () => control.abort() };
    answer.then(() => (asked.came = true)).catch(() => undefined);
    connector.asked = asked;
    setTimeout(() => {
      if (connector.asked !== asked) return;
      delete connector.asked;
      asked.drop();
    }, LASTS);
  }

  connector.asking = ask().catch(() => undefined);
  connector.asking.then(() => opened).then((database) => database.close()).catch(() => undefined);
})();
