// Opens and closes sealed callbacks with packages that others wrote: @wecom/crypto and wechat-crypto.
// One JSON question on standard input, one JSON answer on standard output.
import { createRequire } from "node:module";
import { decrypt, encrypt, getSignature } from "@wecom/crypto";

const Crypt = createRequire(import.meta.url)("wechat-crypto");

const ways = {
  wecom: ({ token, key, id, timestamp, nonce }) => ({
    open: (sealed) => decrypt(key, sealed).message,
    receiver: (sealed) => decrypt(key, sealed).id,
    close: (text) => encrypt(key, text, id),
    sign: (sealed) => getSignature(token, timestamp, nonce, sealed),
  }),
  wechat: ({ token, key, id, timestamp, nonce }) => {
    const crypt = new Crypt(token, key, id);
    return {
      open: (sealed) => crypt.decrypt(sealed).message,
      receiver: (sealed) => crypt.decrypt(sealed).id,
      close: (text) => crypt.encrypt(text),
      sign: (sealed) => crypt.getSignature(timestamp, nonce, sealed),
    };
  },
};

let asked = "";
for await (const chunk of process.stdin) asked += chunk;
const question = JSON.parse(asked);
const way = ways[question.way](question);
const ours = question.sealed; // sealed by the bot: opened here
const theirs = way.close(question.text); // sealed here: opened by the bot
console.log(
  JSON.stringify({
    text: way.open(ours),
    receiver: way.receiver(ours),
    signature: way.sign(ours),
    sealed: theirs,
    signed: way.sign(theirs),
  }),
);
