/** The engine under test, as the environment describes it. */
import { algoliasearch } from 'algoliasearch';

function required(name) {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run these tests through pytest (tests/engine/test_clients.py)`);
  return value;
}

export const url = new URL(required('ALGOLIA_ENGINE_URL'));

/** What a page knows: the application and its search key. */
export const application = { appId: required('ALGOLIA_APP_ID'), apiKey: required('ALGOLIA_SEARCH_KEY') };

const hosts = [{ url: url.host, accept: 'readWrite', protocol: url.protocol.replace(':', '') }];

export const adminClient = () => algoliasearch(application.appId, required('ALGOLIA_ADMIN_KEY'), { hosts });

export const searchClient = () => algoliasearch(application.appId, application.apiKey, { hosts });

/** Replaces an index by `objects` and waits until they can be found. */
export async function fill(indexName, objects, indexSettings) {
  const client = adminClient();
  await client.deleteIndex({ indexName });
  await client.setSettings({ indexName, indexSettings });
  await client.saveObjects({ indexName, objects, waitForTasks: true });
}
