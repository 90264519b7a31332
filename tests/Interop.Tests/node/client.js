'use strict';
// Drives ali-ons for the tests: reads one JSON command per line, prints one JSON event per line, ends when its input ends.
// Commands: {"do":"createTopic",…} {"do":"send",…} {"do":"consume",…} {"do":"close"}.
const readline = require('readline');
const { Producer, Consumer, Message } = require('ali-ons');
const Api = require('ali-ons/lib/mq_client_api.js');

const complaints = [];
const complain = (...text) => complaints.push(text.map(String).join(' ').slice(0, 300));
const logger = { info() {}, debug() {}, warn: complain, error: complain };
const [, , nameSrv, accessKey, secretKey] = process.argv;
const base = { nameSrv, httpclient: {}, logger, ...(accessKey ? { accessKey, secretKey } : {}) };
const print = event => process.stdout.write(JSON.stringify(event) + '\n');
const open = [];
const producers = new Map();

async function producerOf(group) {
  if (!producers.has(group)) {
    const producer = new Producer({ ...base, producerGroup: group });
    producer.on('error', error => complain(error));
    await producer.ready();
    producers.set(group, producer);
    open.push(producer);
  }
  return producers.get(group);
}

const actions = {
  async createTopic({ broker, topic, queues }) {
    const api = new Api(base);
    await api.ready();
    await api.createTopic(broker, 'TBW102', {
      topicName: topic, readQueueNums: queues, writeQueueNums: queues, perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false,
    }, 3000);
    await api.close();
  },
  async send({ group, topic, messages }) {
    const producer = await producerOf(group);
    const results = [];
    for (const { tag, keys, body, delayLevel, properties } of messages) {
      const message = new Message(topic, tag || '', body);
      if (keys) message.keys = keys;
      if (delayLevel) message.delayTimeLevel = delayLevel;
      Object.assign(message.properties, properties || {});
      const result = await producer.send(message);
      results.push({ status: result.sendStatus, msgId: result.msgId, queueId: result.messageQueue && result.messageQueue.queueId });
    }
    return { results };
  },
  async consume({ group, topic, expression, sql, failFirst, broadcast }) {
    const consumer = new Consumer({ ...base, consumerGroup: group, consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', isBroadcast: !!broadcast });
    consumer.on('error', error => complain(error));
    consumer.subscribe(topic, sql ? { expressionType: 'SQL92', subString: sql } : expression, async message => {
      const body = message.body.toString();
      const failing = failFirst === body && message.reconsumeTimes === 0;
      print({
        event: 'message', body, tag: message.tags, keys: message.keys, reconsumeTimes: message.reconsumeTimes, queueId: message.queueId,
        queueOffset: Number(message.queueOffset), topic: message.topic, msgId: message.msgId, bodyLength: message.body.length, failing,
      });
      if (failing) throw new Error('asked to fail the first time');
    });
    await consumer.ready();
    open.push(consumer);
  },
  async close() {
    for (const client of open.splice(0)) await client.close();
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      print({ event: 'done', do: command.do, ...(await actions[command.do](command)) });
    } catch (error) {
      print({ event: 'failed', do: command.do, error: String(error && error.message), complaints: complaints.slice(-5) });
    }
  }
  await actions.close().catch(complain);
  process.exit(0); // its timers and sockets would keep the process alive
})();
