const outcomes = {
  code_unknown: "Code de sécurité invalide. / Invalid security code.",
  code_expired: "Ce code de sécurité est expiré. / This security code has expired.",
  code_used: "Ce code de sécurité a déjà servi. / This security code was already used.",
  last_name_wrong: "Le nom de famille ne correspond pas au dossier. / The last name does not match the file.",
};
const STEPS = ["kind", "identity", "welcome", "validation"];
const byId = (id) => document.getElementById(id);

const show = (step) => {
  for (const name of STEPS) byId(name).hidden = name !== step;
};

const post = (path, given) => fetch(path, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(given),
}).then((answer) => answer.json());

byId("code").value = new URLSearchParams(location.search).get("code") ?? "";
if (location.pathname.startsWith("/town/portal/validate/")) show("validation");

document.querySelector("form[data-next]").addEventListener("submit", (event) => {
  event.preventDefault();
  show(event.target.dataset.next);
});

byId("activation").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = event.target.elements;
  const answer = await post("/town/portal/activate", { code: fields.code.value, last_name: fields.last_name.value });
  byId("outcome").textContent = outcomes[answer.outcome] ?? "";
  if (!answer.activated) return;
  byId("link").href = answer.validate;
  show("welcome");
});

byId("validate").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post(location.pathname, {});
  byId("validated").textContent = answer.validated
    ? "Votre compte est validé : le Portail Famille vous est ouvert. / Your account is validated."
    : "Ce lien n’est pas valide. / This link is not valid.";
});
