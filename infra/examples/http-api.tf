# An HTTP API in Terraform behind the authorizer of Gatehouse. The two variables are outputs of the Gatehouse stack.
# An HTTP API hands the caller's Authorization to its backend, always: take a REST API where you don't trust the backend with it.

variable "authorizer_function_arn" { type = string }
variable "authorizer_invoke_role_arn" { type = string }

data "aws_partition" "current" {}
data "aws_region" "current" {}

resource "aws_apigatewayv2_api" "orders" {
  name          = "orders"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.orders.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_apigatewayv2_authorizer" "gatehouse" {
  name                              = "gatehouse"
  api_id                            = aws_apigatewayv2_api.orders.id
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = "arn:${data.aws_partition.current.partition}:apigateway:${data.aws_region.current.name}:lambda:path/2015-03-31/functions/${var.authorizer_function_arn}/invocations"
  authorizer_credentials_arn        = var.authorizer_invoke_role_arn
  authorizer_payload_format_version = "2.0"
  # Policies. With true the id of the API must be in the property simpleResponseApiIds of Gatehouse.
  enable_simple_responses = false
  identity_sources        = ["$request.header.Authorization"]
  # An HTTP API keeps answers by route, so that one for /orders/1 would be used for /orders/2.
  authorizer_result_ttl_in_seconds = 0
}

resource "aws_apigatewayv2_route" "get_orders" {
  api_id             = aws_apigatewayv2_api.orders.id
  route_key          = "GET /orders"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.gatehouse.id
  target             = "integrations/${aws_apigatewayv2_integration.get_orders.id}"
}

resource "aws_apigatewayv2_integration" "get_orders" {
  api_id                 = aws_apigatewayv2_api.orders.id
  integration_type       = "HTTP_PROXY"
  integration_method     = "GET"
  integration_uri        = "https://backend.example.com/orders"
  payload_format_version = "1.0"
  request_parameters = merge(local.without_other_methods, {
    # Replaces whatever the client sent under this name.
    "overwrite:header.X-JWT-Assertion" = "$context.authorizer.endUserJwt"
  })
}

# An open route has no authorizer: API Gateway would answer 401 to callers without a token.
resource "aws_apigatewayv2_route" "get_health" {
  api_id             = aws_apigatewayv2_api.orders.id
  route_key          = "GET /health"
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.get_health.id}"
}

resource "aws_apigatewayv2_integration" "get_health" {
  api_id                 = aws_apigatewayv2_api.orders.id
  integration_type       = "HTTP_PROXY"
  integration_method     = "GET"
  integration_uri        = "https://backend.example.com/health"
  payload_format_version = "1.0"
  request_parameters = merge(local.without_other_methods, {
    # In place of the client's, and never an empty value: AWS does not say that one replaces anything.
    "overwrite:header.X-JWT-Assertion" = "none"
  })
}

locals {
  # For backends that would take another method from these.
  without_other_methods = {
    "remove:header.X-HTTP-Method-Override" = ""
    "remove:header.X-HTTP-Method"          = ""
    "remove:header.X-Method-Override"      = ""
  }
}

# apiId of the api# entry; its stage is $default.
output "api_id" { value = aws_apigatewayv2_api.orders.id }
