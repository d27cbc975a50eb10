// The values that commands take, by the names that the help has for them.

export const VALUE_NAMES: Readonly<Record<string, string>> = {
  TENANT: 'the name of a tenant: my_company',
  DOMAIN: 'the domain of a userstore: EXTERNAL for userstore#EXTERNAL',
  NAME: 'the name of the entry, without its kind: customer for role#customer',
  CLIENT_ID: 'the key of a client',
  USERNAME: 'the name of a user in the store, without tenant: anna',
  USER: 'a user: publisher@my_company, EXTERNAL/userx@my_company, a mail address, an id of the store, a `sub`',
  SECRET: 'the name of a secret below <stack>/tenants/<tenant>/, whole or from there on: ldap',
  FILE: 'a JSON file with the attributes, - for standard input; of import, the file that was exported',
  PATH: 'a file, a ZIP archive, or a folder of both',
  FOLDER: 'a folder of entries',
  API_ID: 'the id of an API in API Gateway',
  STAGE: 'a stage of that API',
  KID: 'the id of a signing key; keys list shows them',
  SHELL: 'bash or zsh',
};
