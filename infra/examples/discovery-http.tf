# What makes the HTTP API of http-api.tf one that clients find by its URL alone (RFC 9728, MCP): put this file beside that one.
# The token function makes the document from the api# entry of the API's id and the stage $default, which needs `resource` and
# `discovery`: see infra/admin/ENTRIES.md. An HTTP API can't shape its 401: clients find the document at the well-known path.

# Output of the Gatehouse stack.
variable "token_function_arn" { type = string }

# May call the token function, and nothing else.
resource "aws_iam_role" "metadata" {
  name_prefix = "metadata"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "apigateway.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "metadata" {
  role = aws_iam_role.metadata.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:InvokeFunction", Resource = var.token_function_arn }]
  })
}

# Payload 2.0: by it the function tells that the request is none to the token API.
resource "aws_apigatewayv2_integration" "metadata" {
  api_id                 = aws_apigatewayv2_api.orders.id
  integration_type       = "AWS_PROXY"
  integration_uri        = var.token_function_arn
  credentials_arn        = aws_iam_role.metadata.arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "metadata" {
  for_each           = toset(["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/orders"])
  api_id             = aws_apigatewayv2_api.orders.id
  route_key          = "ANY ${each.value}"
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.metadata.id}"
}
