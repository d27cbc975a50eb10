#!/usr/bin/env bash
# publish.sh BUCKET: copies the functions and the template to a bucket of yours, and prints how to deploy them. The
# bucket must be in the Region of the stack. Region and credentials are those of the AWS CLI.
set -euo pipefail
bucket=${1:?usage: publish.sh BUCKET}
cd "$(dirname "$0")"
version=$(cat VERSION)

# The functions are named by their content: what is there already is the same.
aws s3 cp --recursive --only-show-errors functions "s3://$bucket/gatehouse-$version/"
aws s3 cp --only-show-errors gatehouse.template.json "s3://$bucket/gatehouse-$version/gatehouse.template.json"

cat <<END
Published. Deploy it:

aws cloudformation deploy --stack-name Gatehouse --capabilities CAPABILITY_IAM \\
  --template-file $PWD/gatehouse.template.json --s3-bucket $bucket --s3-prefix gatehouse-$version \\
  --parameter-overrides AssetsBucket=$bucket IssuerUrl=https://login.example.org

IssuerUrl is the public address of the token API; leave it out to try Gatehouse at API Gateway's own address.
END
