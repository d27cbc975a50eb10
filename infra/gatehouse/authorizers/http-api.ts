// HTTP APIs of every making: those that the app defines, and those that are imported.

import type { HttpApi, IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';

export type AnyHttpApi = HttpApi | IHttpApi;
