// The official Node SDK as a bot: answers every message "收到", and tells what it got, a line of JSON each.
import axios from "axios";
import { DWClient, TOPIC_CARD, TOPIC_ROBOT } from "dingtalk-stream";

const gateway = process.env.GATEWAY;
axios.interceptors.request.use((config) => {
  config.url = config.url.replace(/^https:\/\/(api|oapi)\.dingtalk\.com/, gateway);
  return config;
});

const tell = (got, what) => process.stdout.write(JSON.stringify({ got, ...what }) + "\n");
const client = new DWClient({
  clientId: process.env.CLIENT_ID,
  clientSecret: process.env.CLIENT_SECRET,
  keepAlive: true,
});

client.registerCallbackListener(TOPIC_ROBOT, async (message) => {
  const data = JSON.parse(message.data);
  client.socketCallBackResponse(message.headers.messageId, "OK");
  const body = { msgtype: "text", text: { content: "收到" } };
  const answer = await axios.post(data.sessionWebhook, body);
  tell("message", { msgId: data.msgId, text: data.text?.content, errcode: answer.data.errcode });
});
client.registerCallbackListener(TOPIC_CARD, (message) => {
  const data = JSON.parse(message.data);
  client.socketCallBackResponse(message.headers.messageId, {
    cardUpdateOptions: { updateCardDataByKey: true },
    cardData: { cardParamMap: { status: "已受理" } },
  });
  tell("card", { content: JSON.parse(data.content) });
});
client.registerAllEventListener((message) => {
  tell("event", { eventType: message.headers.eventType });
  return { status: "SUCCESS" };
});

await client.connect();
tell("connected", {});
