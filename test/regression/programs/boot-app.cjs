// How the programs beside it boot an app of the built package.
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

const { AsposeAuthModule } = require('../../../dist/index.js');

/** A root module that imports another. */
function appModule(imported) {
  class AppModule {}
  Module({ imports: [imported] })(AppModule);
  return AppModule;
}

/** The options of a client whose account is at an emulator. */
const accountAt = ({ clientId, clientSecret, url }) => ({
  clientId,
  clientSecret,
  baseUrl: url,
});

/** Boots an app without a server that has one client. */
function bootApp(options, settings = { logger: false }) {
  const root = appModule(AsposeAuthModule.forRoot(options));
  return NestFactory.createApplicationContext(root, settings);
}

module.exports = { accountAt, appModule, bootApp };
