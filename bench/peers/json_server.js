// The same rule with json-server on Express: two 500s, then a fixed answer. argv: port.
const jsonServer = require("json-server");

const app = jsonServer.create();
let calls = 0;
app.post("/v1/token/auth_refresh", (request, response) => {
  calls += 1;
  if (calls <= 2) response.status(500).json({ message: "Unexpected error." });
  else response.json({ idToken: "x".repeat(400) });
});
app.use(jsonServer.router({ idle: [] }));
app.listen(Number(process.argv[2]), "127.0.0.1");
