// Names of topics that pages hear and send, as the collector builds them (collector/wire/topics.py); a test compares.
//
// `table` may be '+': every table. No topic of a reading is here, so that no page can ask for one.

const ROOT = 'ebs/v1';

export const stateTopic = (table, channel) => `${ROOT}/table/${table}/${channel}/state`;
export const eventTopic = (table, channel) => `${ROOT}/table/${table}/${channel}/event`;
export const alertTopic = (table) => `${ROOT}/table/${table}/alert`;
export const floorTopic = (table) => `${ROOT}/table/${table}/live/alert`; // for the floor alone
export const NODE_STATUS = `${ROOT}/dev/+/status`;
export const NODE_HEALTH = `${ROOT}/dev/+/health`;
export const COLLECTOR_STATUS = `${ROOT}/collector/+/status`;

// Where the commands of a user go, and where their answers come from.
export const tableDesk = (table, user) => deskOf(`table/${table}`, user);
export const houseDesk = (user) => deskOf('house', user);

function deskOf(place, user) {
  return { commands: `${ROOT}/${place}/command/${user}`, replies: `${ROOT}/${place}/reply/${user}` };
}

// What follows `ebs/v1/`, split.
export function levelsOf(topic) {
  return topic.slice(ROOT.length + 1).split('/');
}

// Whether a topic is one of those that `filter` asks for; + stands for one level.
export function fits(filter, topic) {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  return wanted.length === levels.length && wanted.every((level, at) => level === '+' || level === levels[at]);
}
