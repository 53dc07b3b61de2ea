const byId = (id) => document.getElementById(id);
const state = { language: "fr", town: null, strangers: 1 };
const VISIT = Math.random().toString(36).slice(2, 6);
const MONTHS = {
  fr: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" "),
  en: "January February March April May June July August September October November December".split(" "),
};

const words = {
  fr: {
    other: "English", child: "Enfant", born: "Né·e le", school: "École", account: "Compte",
    own: (a) => `${a} (au dossier, vérifiée)`, unproven: (a) => `${a} (au dossier, non vérifiée)`,
    stranger: (a) => `${a} (inconnue de l’école)`, sent: "Parti.", reply: "Répondre avec ce message",
    examples: ["Pas de code", "Les renseignements", "Tout d’un coup", "Code refusé", "Une personne"],
  },
  en: {
    other: "Français", child: "Child", born: "Born on", school: "School", account: "Account",
    own: (a) => `${a} (on file, verified)`, unproven: (a) => `${a} (on file, not verified)`,
    stranger: (a) => `${a} (unknown to the school)`, sent: "Sent.", reply: "Reply with this message",
    examples: ["No code", "The details", "All at once", "Code refused", "A person"],
  },
};

const day = (iso) => {
  const [year, month, date] = iso.split("-").map(Number);
  const name = MONTHS[state.language][month - 1];
  return state.language === "fr" ? `${date} ${name} ${year}` : `${name} ${date}, ${year}`;
};

const details = ({ contact, child }) => state.language === "fr"
  ? `Je m’appelle ${contact.first_name} ${contact.last_name}. Mon enfant est ${child.first_name} ${child.last_name}, né le ${day(child.birth_date)}. Son école : ${child.school}.`
  : `My name is ${contact.first_name} ${contact.last_name}. My child is ${child.first_name} ${child.last_name}, born on ${day(child.birth_date)}. School: ${child.school}.`;

const examples = (chosen) => {
  const french = state.language === "fr";
  const none = french ? "Bonjour, je n’ai jamais reçu le code de sécurité." : "Hello, I never received the security code.";
  return [
    none,
    details(chosen),
    `${none} ${details(chosen)}`,
    french ? "Bonjour, le portail dit que mon code de sécurité n’est pas valide." : "Hello, the portal says that my security code is invalid.",
    french ? "Je voudrais parler à une personne, s’il vous plaît." : "I would like to talk to a person, please.",
  ];
};

const chosen = () => state.people[Number(byId("parent").value) || 0];
// An unknown mailbox is answered one new conversation a day: each new mail of a stranger comes from another.
const stranger = (number) => `ailleurs.${VISIT}${number}@courriel.example`;
const strangers = () => Array.from({ length: state.strangers }, (_, index) => stranger(index + 1));
const isStranger = () => byId("from").value === "stranger";
const mailbox = () => isStranger() ? stranger(state.strangers) : chosen().contact.email;

const option = (text, value) => {
  const element = document.createElement("option");
  element.textContent = text;
  element.value = value;
  return element;
};

function showParent() {
  const say = words[state.language];
  const { contact, child } = chosen();
  const rows = [[say.child, `${child.first_name} ${child.last_name}`], [say.born, child.birth_date ? day(child.birth_date) : "—"],
    [say.school, child.school], [say.account, contact.account_state]];
  byId("facts").replaceChildren(...rows.flatMap(([name, value]) => {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = name;
    dd.textContent = value;
    return [dt, dd];
  }));
  const options = [option(say.stranger(stranger(state.strangers)), "stranger")];
  if (contact.email) {
    options.unshift(option(say.own(contact.email), "own"), option(say.unproven(contact.email), "unproven"));
  }
  byId("from").replaceChildren(...options);
  byId("from").value = "stranger";
  byId("examples").replaceChildren(...say.examples.map((name, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => { byId("text").value = examples(chosen())[index]; });
    return button;
  }));
  byId("text").value = examples(chosen())[0];
  showMails();
}

async function showMails() {
  const addresses = [...new Set([...(isStranger() ? strangers() : []), chosen().contact.email].filter(Boolean))];
  byId("address").textContent = [...new Set([mailbox(), chosen().contact.email].filter(Boolean))].join(" · ");
  const boxes = await Promise.all(addresses.map((address) =>
    fetch(`/town/mailbox?address=${encodeURIComponent(address)}`).then((answer) => answer.json())));
  const mails = boxes.flatMap((mails, index) => mails.map((mail) => ({ ...mail, to: addresses[index] })));
  const key = JSON.stringify(mails.map((mail) => [mail.to, mail.message_id]));
  if (key === state.key) return;
  state.key = key;
  byId("empty").hidden = mails.length > 0;
  byId("mails").replaceChildren(...mails.map(mailItem).reverse());
}

function mailItem(mail) {
  const item = document.createElement("li");
  const subject = document.createElement("strong");
  subject.textContent = mail.subject;
  const to = document.createElement("span");
  to.className = "quiet";
  to.textContent = `→ ${mail.to}`;
  const text = document.createElement("pre");
  text.textContent = mail.text;
  const reply = document.createElement("button");
  reply.type = "button";
  reply.textContent = words[state.language].reply;
  reply.addEventListener("click", () => send(mail));
  item.append(subject, to, text, reply);
  return item;
}

async function showCases() {
  const cases = await fetch("/town/cases").then((answer) => answer.json());
  byId("case-rows").replaceChildren(...cases.slice(-12).reverse().map((item) => {
    const row = document.createElement("tr");
    for (const name of ["number", "intent", "stage", "outcome"]) {
      const cell = document.createElement("td");
      cell.textContent = item[name] ?? "—";
      row.append(cell);
    }
    return row;
  }));
}

async function send(answered = null) {
  const own = byId("from").value === "own";
  const from = answered?.to ?? mailbox();
  const body = { from, signed_in: own, subject: "Portail Famille", text: byId("text").value, in_reply_to: answered?.message_id ?? null };
  if (!body.text.trim()) return;
  await fetch("/town/mails", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  byId("sent").textContent = words[state.language].sent;
  if (isStranger() && !answered) {
    state.strangers += 1;
    byId("from").selectedOptions[0].textContent = words[state.language].stranger(mailbox());
    showMails();
  }
}

function speak(language) {
  state.language = language;
  document.documentElement.lang = language;
  byId("language").textContent = words[language].other;
  for (const element of document.querySelectorAll("[data-fr]")) element.textContent = element.dataset[language];
  showParent();
}

async function start() {
  state.town = await fetch("/town").then((answer) => answer.json());
  state.people = state.town.families.flatMap((family) =>
    family.contacts.map((contact) => ({ contact, child: family.children.find((child) => child.birth_date) ?? family.children[0] })))
    .filter(({ child }) => child && child.birth_date);
  byId("parent").replaceChildren(...state.people.map(({ contact, child }, index) =>
    option(`${contact.first_name} ${contact.last_name} — ${child.first_name}`, index)));
  const { ports, help_line: helpLine } = state.town;
  byId("ports").textContent = `${helpLine} · SMTP 127.0.0.1:${ports.smtp} · IMAP 127.0.0.1:${ports.imap} · demo`;
  speak("fr");
  byId("parent").addEventListener("change", showParent);
  byId("from").addEventListener("change", showMails);
  byId("language").addEventListener("click", () => speak(state.language === "fr" ? "en" : "fr"));
  byId("compose").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  const changes = new EventSource("/town/changes");
  changes.onmessage = () => { showMails(); showCases(); };
  showCases();
}

start();
