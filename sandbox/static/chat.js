const byId = (id) => document.getElementById(id);
const FIRST_PARENT = 7_000_001_000;
const COLLEAGUE = 7_000_000_101;
const state = { key: "", press: "" };

const place = () => byId("place").value;
const thread = () => (place() === "staff" ? Number(byId("topic").value) || null : null);
const me = () => (place() === "staff" || place() === "channel" ? COLLEAGUE : FIRST_PARENT + Number(byId("parent").value || 0));
const read = (path, given) => fetch(`/town/telegram/${path}?${new URLSearchParams(given)}`).then((answer) => answer.json());

async function act(name, order) {
  const body = JSON.stringify({ user_id: me(), chat: place(), ...order });
  const answer = await fetch(`/town/telegram/${name}`, { method: "POST", headers: { "content-type": "application/json" }, body });
  await show();
  return answer.json();
}

function say(text) {
  const about = byId("parent").selectedOptions[0]?.textContent.split(" ")[0];
  const order = { text, language: document.documentElement.lang };
  if (thread()) order.thread = thread();
  if (about && me() !== COLLEAGUE) order.first_name = about;
  return act("messages", order);
}

function follow(url) {
  const link = new URL(url);
  if (link.hostname !== "t.me" || !link.searchParams.has("start")) return window.open(url, "_blank", "noopener");
  byId("place").value = "private";
  return say(`/start ${link.searchParams.get("start")}`);
}

function button(text, press) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", press);
  return element;
}

function row(buttons) {
  const element = document.createElement("div");
  element.className = "row";
  element.append(...buttons);
  return element;
}

function bubble(message) {
  const item = document.createElement("li");
  item.classList.toggle("own", message.user_id === me() && message.from === "user");
  item.classList.toggle("deleted", message.deleted);
  const text = document.createElement("span");
  text.textContent = message.text || "…";
  item.append(text);
  if (message.deleted) return item;
  for (const buttons of message.buttons) {
    item.append(row(buttons.map(({ text, data, url }) => button(text, async () => {
      if (url) return follow(url);
      state.press = (await act("press", { message_id: message.message_id, data })).press;
      return show();
    }))));
  }
  for (const labels of message.keyboard) item.append(row(labels.map((label) => button(label, () => say(label)))));
  return item;
}

async function showTopics() {
  byId("topic").hidden = place() !== "staff";
  if (byId("topic").hidden) return;
  const topics = await read("topics", {});
  const key = JSON.stringify(topics);
  if (key === byId("topic").dataset.key) return;
  const before = byId("topic").value;
  byId("topic").dataset.key = key;
  byId("topic").replaceChildren(...topics.map(({ thread, name, closed }) => new Option(closed ? `${name} ✓` : name, thread)));
  if (topics.some((topic) => String(topic.thread) === before)) byId("topic").value = before;
}

async function show() {
  await showTopics();
  const given = { user_id: me(), chat: place(), ...(thread() ? { thread: thread() } : {}) };
  const [messages, presses] = await Promise.all([read("messages", given), read("presses", { user_id: me() })]);
  byId("chat-said").textContent = presses.find(({ press }) => press === state.press)?.text ?? "";
  const key = JSON.stringify([given, messages]);
  if (key === state.key) return;
  state.key = key;
  byId("chat-messages").replaceChildren(...messages.map(bubble));
  byId("chat-messages").scrollTop = byId("chat-messages").scrollHeight;
}

byId("chat-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("chat-text").value;
  byId("chat-text").value = "";
  if (text.trim()) say(text);
});
for (const id of ["place", "topic", "parent"]) byId(id).addEventListener("change", show);
new EventSource("/town/changes").onmessage = show;
