/** The two ways of a photo out of a browser, measured in turn; see preparing.py. */

const [SIDE, QUALITY] = [1024, 0.82];

/** The plain way: an image, a canvas, and an upload that listens. */
const plain = {
  async prepare(photo) {
    const image = new Image();
    image.src = URL.createObjectURL(photo);
    await image.decode();
    URL.revokeObjectURL(image.src);
    const scale = SIDE / Math.max(image.naturalWidth, image.naturalHeight);
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  },
  send: (url) => (jpeg) =>
    new Promise((resolve) => {
      const form = new FormData();
      form.append('image', jpeg, 'photo.jpg');
      const request = new XMLHttpRequest();
      request.upload.onprogress = () => {};
      request.onload = resolve;
      request.open('POST', url);
      request.send(form);
    }),
};

async function ours(url) {
  const { createEngine } = await import('/package/parts.js');
  const { prepare, service } = createEngine({ url });
  const { signal } = new AbortController();
  return { prepare: (photo) => prepare(photo), send: (upload) => service.answerForPhoto(upload, signal, () => {}) };
}

/** Milliseconds from a photo until it is prepared, and until it is answered, of each way. */
export async function measured(url, samples, warmUp) {
  const ways = { plain: { ...plain, send: plain.send(url) }, ours: await ours(url) };
  const took = { prepared: { plain: [], ours: [] }, answered: { plain: [], ours: [] } };
  const bytes = await (await fetch('/photo')).arrayBuffer();
  for (let round = 0; round < samples + warmUp; round += 1) {
    for (const [name, { prepare, send }] of Object.entries(ways)) {
      // What follows a picture is ignored: another file, which no browser has decoded yet.
      const photo = new File([bytes, String(round), name], 'photo.jpg', { type: 'image/jpeg' });
      const start = performance.now();
      const upload = await prepare(photo);
      const prepared = performance.now();
      await send(upload);
      if (round < warmUp) continue;
      took.prepared[name].push(prepared - start);
      took.answered[name].push(performance.now() - start);
    }
  }
  return took;
}
