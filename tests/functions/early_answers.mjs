// Sends each request that is answered early, and then another one by the same agent; prints how often each pair
// of statuses was seen.
const [url, again, ...kinds] = process.argv.slice(2);
const status = async (path, options) => {
  try {
    const response = await fetch(url + path, options);
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    return String(error.cause?.code ?? error);
  }
};
const seen = {};
for (const kind of kinds) {
  const [path, method, headers, length] = JSON.parse(kind);
  for (let time = 0; time < Number(again); time++) {
    const early = await status(path, { method, headers, body: new Uint8Array(length) });
    const pair = `${early} ${await status("/healthz")}`;
    seen[pair] = (seen[pair] ?? 0) + 1;
  }
}
console.log(JSON.stringify(seen));
