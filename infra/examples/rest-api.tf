# A REST API in Terraform behind the authorizer of Gatehouse. The two variables are outputs of the Gatehouse stack.

variable "authorizer_function_arn" { type = string }
variable "authorizer_invoke_role_arn" { type = string }

data "aws_partition" "current" {}
data "aws_region" "current" {}

resource "aws_api_gateway_rest_api" "orders" {
  name = "orders"
  endpoint_configuration { types = ["REGIONAL"] }
}

resource "aws_api_gateway_authorizer" "gatehouse" {
  name                   = "gatehouse"
  rest_api_id            = aws_api_gateway_rest_api.orders.id
  type                   = "REQUEST"
  authorizer_uri         = "arn:${data.aws_partition.current.partition}:apigateway:${data.aws_region.current.name}:lambda:path/2015-03-31/functions/${var.authorizer_function_arn}/invocations"
  authorizer_credentials = var.authorizer_invoke_role_arn
  # Method and path are part of the cache key: an answer is never used for a route with other rules.
  identity_source                  = "method.request.header.Authorization,context.httpMethod,context.path"
  authorizer_result_ttl_in_seconds = 60
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_rest_api.orders.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_method" "get_orders" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.gatehouse.id
}

resource "aws_api_gateway_integration" "get_orders" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.get_orders.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "GET"
  uri                     = "https://backend.example.com/orders"
  request_parameters = merge(local.gatehouse_headers, {
    # Replaces whatever the client sent under this name.
    "integration.request.header.X-JWT-Assertion" = "context.authorizer.endUserJwt"
  })
}

resource "aws_api_gateway_resource" "health" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  parent_id   = aws_api_gateway_rest_api.orders.root_resource_id
  path_part   = "health"
}

# An open route has no authorizer: API Gateway would answer 401 to callers without a token.
resource "aws_api_gateway_method" "get_health" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_resource.health.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "get_health" {
  rest_api_id             = aws_api_gateway_rest_api.orders.id
  resource_id             = aws_api_gateway_resource.health.id
  http_method             = aws_api_gateway_method.get_health.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "GET"
  uri                     = "https://backend.example.com/health"
  request_parameters = merge(local.gatehouse_headers, {
    # In place of the client's, and never an empty value: AWS does not say that one replaces anything.
    "integration.request.header.X-JWT-Assertion" = "'none'"
  })
}

locals {
  # Of every GET with an HTTP backend. A route with another method names its own.
  gatehouse_headers = {
    # Keeps the caller's token from the backend: it is good at every other API of the caller.
    "integration.request.header.Authorization" = "'none'"
    # The method as it is, for backends that would take another one from these.
    "integration.request.header.X-HTTP-Method-Override" = "'GET'"
    "integration.request.header.X-HTTP-Method"          = "'GET'"
    "integration.request.header.X-Method-Override"      = "'GET'"
  }

  gatehouse_responses = {
    UNAUTHORIZED = {
      status = "401", www_authenticate = "'Bearer realm=\"gatehouse\", error=\"invalid_token\"'"
      body   = { code = "900901", message = "Invalid Credentials", description = "The credential is missing, wrong, expired or revoked." }
    }
    ACCESS_DENIED = {
      status = "403", www_authenticate = "context.authorizer.wwwAuthenticate"
      body   = { code = "$context.authorizer.code", message = "$context.authorizer.message", description = "$context.authorizer.description" }
    }
    AUTHORIZER_FAILURE = {
      status = "500", www_authenticate = null
      body   = { code = "900900", message = "Unclassified Authentication Failure", description = "The request could not be checked. Try again later." }
    }
  }
}

resource "aws_api_gateway_gateway_response" "gatehouse" {
  for_each      = local.gatehouse_responses
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  response_type = each.key
  status_code   = each.value.status
  response_parameters = merge(
    {
      "gatewayresponse.header.Access-Control-Allow-Origin"   = "'*'"
      "gatewayresponse.header.Access-Control-Expose-Headers" = "'WWW-Authenticate, Retry-After, x-amzn-RequestId, Gatehouse-Decision'"
      "gatewayresponse.header.Cache-Control"                 = "'no-store'"
    },
    each.value.www_authenticate == null ? {} : { "gatewayresponse.header.WWW-Authenticate" = each.value.www_authenticate },
    each.key != "ACCESS_DENIED" ? {} : { "gatewayresponse.header.Gatehouse-Decision" = "context.authorizer.decision" },
  )
  response_templates = { "application/json" = jsonencode(each.value.body) }
}

# A deployment is a picture of the API: it is made anew when something in this file changes.
resource "aws_api_gateway_deployment" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  triggers    = { redeployment = filesha1("${path.module}/rest-api.tf") }
  depends_on = [
    aws_api_gateway_integration.get_orders,
    aws_api_gateway_integration.get_health,
    aws_api_gateway_gateway_response.gatehouse,
  ]
  lifecycle { create_before_destroy = true }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  deployment_id = aws_api_gateway_deployment.orders.id
  stage_name    = "prod"
}

# apiId of the api# entry; its stage is prod.
output "api_id" { value = aws_api_gateway_rest_api.orders.id }
