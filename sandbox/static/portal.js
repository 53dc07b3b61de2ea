const outcomes = {
  activated: "Votre compte est activé. Un courriel de confirmation vous sera envoyé. / Your account is active.",
  code_unknown: "Code de sécurité invalide. / Invalid security code.",
  code_expired: "Ce code de sécurité est expiré. / This security code has expired.",
  code_used: "Ce code de sécurité a déjà servi. / This security code was already used.",
  last_name_wrong: "Le nom de famille ne correspond pas au dossier. / The last name does not match the file.",
};
const form = document.getElementById("activation");
const code = new URLSearchParams(location.search).get("code");
if (code) document.getElementById("code").value = code;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = { code: form.elements.code.value, last_name: form.elements.last_name.value };
  const answer = await fetch("/town/portal/activate", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(given),
  });
  document.getElementById("outcome").textContent = outcomes[(await answer.json()).outcome];
});
