# A REST API in Terraform that clients find by its URL alone (RFC 9728, MCP): to what rest-api.tf has, two routes that say who
# gives tokens, and a 401 that says where they are. The Tenants table needs an api# entry with `resource` and `discovery`: see
# infra/admin/ENTRIES.md.

variable "authorizer_function_arn" { type = string }
variable "authorizer_invoke_role_arn" { type = string }

# Where the root of the API answers: a custom domain.
variable "url" {
  type    = string
  default = "https://tools.example.com"
}

# Output Issuer of the Gatehouse stack, and the tenant.
variable "authorization_server" {
  type    = string
  default = "https://login.example.com/t/acme"
}

data "aws_partition" "current" {}
data "aws_region" "current" {}

resource "aws_api_gateway_rest_api" "tools" {
  name = "tools"
  endpoint_configuration { types = ["REGIONAL"] }
}

resource "aws_api_gateway_authorizer" "gatehouse" {
  name                             = "gatehouse"
  rest_api_id                      = aws_api_gateway_rest_api.tools.id
  type                             = "REQUEST"
  authorizer_uri                   = "arn:${data.aws_partition.current.partition}:apigateway:${data.aws_region.current.name}:lambda:path/2015-03-31/functions/${var.authorizer_function_arn}/invocations"
  authorizer_credentials           = var.authorizer_invoke_role_arn
  identity_source                  = "method.request.header.Authorization,context.httpMethod,context.path"
  authorizer_result_ttl_in_seconds = 60
}

resource "aws_api_gateway_resource" "mcp" {
  rest_api_id = aws_api_gateway_rest_api.tools.id
  parent_id   = aws_api_gateway_rest_api.tools.root_resource_id
  path_part   = "mcp"
}

resource "aws_api_gateway_method" "post_mcp" {
  rest_api_id   = aws_api_gateway_rest_api.tools.id
  resource_id   = aws_api_gateway_resource.mcp.id
  http_method   = "POST"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.gatehouse.id
}

resource "aws_api_gateway_integration" "post_mcp" {
  rest_api_id             = aws_api_gateway_rest_api.tools.id
  resource_id             = aws_api_gateway_resource.mcp.id
  http_method             = aws_api_gateway_method.post_mcp.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "POST"
  uri                     = "https://backend.example.com/mcp"
  request_parameters = {
    "integration.request.header.X-JWT-Assertion"        = "context.authorizer.endUserJwt"
    "integration.request.header.Authorization"          = "'none'"
    "integration.request.header.X-HTTP-Method-Override" = "'POST'"
    "integration.request.header.X-HTTP-Method"          = "'POST'"
    "integration.request.header.X-Method-Override"      = "'POST'"
  }
}

resource "aws_api_gateway_resource" "well_known" {
  rest_api_id = aws_api_gateway_rest_api.tools.id
  parent_id   = aws_api_gateway_rest_api.tools.root_resource_id
  path_part   = ".well-known"
}

resource "aws_api_gateway_resource" "metadata" {
  rest_api_id = aws_api_gateway_rest_api.tools.id
  parent_id   = aws_api_gateway_resource.well_known.id
  path_part   = "oauth-protected-resource"
}

resource "aws_api_gateway_resource" "metadata_of_mcp" {
  rest_api_id = aws_api_gateway_rest_api.tools.id
  parent_id   = aws_api_gateway_resource.metadata.id
  path_part   = "mcp"
}

locals {
  metadata = {
    resource                 = "${var.url}/mcp"
    authorization_servers    = [var.authorization_server]
    scopes_supported         = ["tools:use", "tools:order"]
    bearer_methods_supported = ["header"]
  }

  # API Gateway answers both by itself, and anybody may ask. Clients in browsers send a header of their own, and ask before.
  answers = {
    GET = { status = "200", headers = {
      "Access-Control-Allow-Origin" = "'*'"
      "Cache-Control"               = "'public, max-age=300'"
    } }
    OPTIONS = { status = "204", headers = {
      "Access-Control-Allow-Headers" = "'*'"
      "Access-Control-Allow-Origin"  = "'*'"
      "Access-Control-Allow-Methods" = "'GET,OPTIONS'"
      "Access-Control-Max-Age"       = "'600'"
    } }
  }

  metadata_methods = merge([for place, id in {
    "of_all" = aws_api_gateway_resource.metadata.id
    "of_mcp" = aws_api_gateway_resource.metadata_of_mcp.id
    } : { for method, answer in local.answers : "${method} ${place}" => merge(answer, { method = method, resource_id = id }) }
  ]...)

  gatehouse_responses = {
    UNAUTHORIZED = {
      # Where the document is, and what to ask for first.
      status = "401", www_authenticate = "'Bearer realm=\"gatehouse\", error=\"invalid_token\", scope=\"tools:use\", resource_metadata=\"${var.url}/.well-known/oauth-protected-resource/mcp\"'"
      body   = { code = "900901", message = "Invalid Credentials", description = "The credential is missing, wrong, expired or revoked." }
    }
    # The authorizer says where the document is here, as `discovery` of the api# entry has it.
    ACCESS_DENIED = {
      status = "403", www_authenticate = "context.authorizer.wwwAuthenticate"
      body   = { code = "$context.authorizer.code", message = "$context.authorizer.message", description = "$context.authorizer.description" }
    }
  }
}

resource "aws_api_gateway_method" "metadata" {
  for_each      = local.metadata_methods
  rest_api_id   = aws_api_gateway_rest_api.tools.id
  resource_id   = each.value.resource_id
  http_method   = each.value.method
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "metadata" {
  for_each             = local.metadata_methods
  rest_api_id          = aws_api_gateway_rest_api.tools.id
  resource_id          = each.value.resource_id
  http_method          = aws_api_gateway_method.metadata[each.key].http_method
  type                 = "MOCK"
  passthrough_behavior = "NEVER"
  request_templates    = { "application/json" = "{\"statusCode\": 200}" }
}

resource "aws_api_gateway_method_response" "metadata" {
  for_each            = local.metadata_methods
  rest_api_id         = aws_api_gateway_rest_api.tools.id
  resource_id         = each.value.resource_id
  http_method         = aws_api_gateway_method.metadata[each.key].http_method
  status_code         = each.value.status
  response_parameters = { for name in keys(each.value.headers) : "method.response.header.${name}" => true }
}

resource "aws_api_gateway_integration_response" "metadata" {
  for_each            = local.metadata_methods
  rest_api_id         = aws_api_gateway_rest_api.tools.id
  resource_id         = each.value.resource_id
  http_method         = aws_api_gateway_integration.metadata[each.key].http_method
  status_code         = aws_api_gateway_method_response.metadata[each.key].status_code
  response_parameters = { for name, value in each.value.headers : "method.response.header.${name}" => value }
  # A mapping template: what begins a variable or a directive there is written as JSON can.
  response_templates = each.value.method == "GET" ? {
    "application/json" = replace(replace(jsonencode(local.metadata), "$", "\\u0024"), "#", "\\u0023")
  } : {}
}

resource "aws_api_gateway_gateway_response" "gatehouse" {
  for_each      = local.gatehouse_responses
  rest_api_id   = aws_api_gateway_rest_api.tools.id
  response_type = each.key
  status_code   = each.value.status
  response_parameters = merge(
    {
      "gatewayresponse.header.Access-Control-Allow-Origin"   = "'*'"
      "gatewayresponse.header.Access-Control-Expose-Headers" = "'WWW-Authenticate, Retry-After, x-amzn-RequestId, Gatehouse-Decision'"
      "gatewayresponse.header.Cache-Control"                 = "'no-store'"
      "gatewayresponse.header.WWW-Authenticate"              = each.value.www_authenticate
    },
    each.key != "ACCESS_DENIED" ? {} : { "gatewayresponse.header.Gatehouse-Decision" = "context.authorizer.decision" },
  )
  response_templates = { "application/json" = jsonencode(each.value.body) }
}

resource "aws_api_gateway_deployment" "tools" {
  rest_api_id = aws_api_gateway_rest_api.tools.id
  triggers    = { redeployment = filesha1("${path.module}/discovery-rest.tf") }
  depends_on = [
    aws_api_gateway_integration.post_mcp,
    aws_api_gateway_integration_response.metadata,
    aws_api_gateway_gateway_response.gatehouse,
  ]
  lifecycle { create_before_destroy = true }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.tools.id
  deployment_id = aws_api_gateway_deployment.tools.id
  stage_name    = "prod"
}

# apiId of the api# entry; its stage is prod.
output "api_id" { value = aws_api_gateway_rest_api.tools.id }
