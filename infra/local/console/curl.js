// The cURL command that sends the same request.

/** A text as a shell takes it whole. */
export const quoted = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;

export function curlOf({ method, path, headers, body, basic }) {
  const lines = [`curl -i${method === 'GET' || body !== undefined ? '' : ` -X ${method}`}`];
  if (basic !== undefined) lines.push(`-u ${quoted(basic)}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!(basic !== undefined && name === 'Authorization') && value !== 'application/x-www-form-urlencoded')
      lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (body instanceof URLSearchParams) for (const [name, value] of body) lines.push(`--data-urlencode ${quoted(`${name}=${value}`)}`);
  else if (body !== undefined) lines.push(`-d ${quoted(body)}`);
  return [...lines, quoted(location.origin + path)].join(' \\\n  ');
}
