#!/bin/sh
# Deploys the shop to AWS, or updates it: docs/aws.md. Takes the stack's name, a bucket for what is uploaded, and
# parameters of template.yaml; those of an earlier deployment stay as they were.
#   ./deploy.sh shop my-uploads AlarmMail=me@example.com OperatorNetworks=192.0.2.0/24
# ARCH=amd64 takes the other processor. It needs aws (version 2), make and Go; region and account are those of aws.
set -eu
stack=${1:?usage: deploy.sh STACK BUCKET [PARAMETER=VALUE ...]}
bucket=${2:?usage: deploy.sh STACK BUCKET [PARAMETER=VALUE ...]}
shift 2
cd "$(dirname "$0")/../.."

case ${ARCH:-arm64} in
arm64) architecture=arm64 arch=arm64 ;;
amd64) architecture=x86_64 arch=amd64 ;;
*) echo "deploy.sh: ARCH must be arm64 or amd64" >&2 && exit 2 ;;
esac
make lambda
cp "bin/lambda-$arch.zip" bin/lambda.zip
version=$(sha256sum bin/lambda.zip | cut -c1-16)

aws cloudformation package --template-file deploy/aws/template.yaml --output-template-file bin/packaged.yaml \
	--s3-bucket "$bucket" --s3-prefix "$stack"
aws cloudformation deploy --template-file bin/packaged.yaml --stack-name "$stack" --s3-bucket "$bucket" --s3-prefix "$stack" \
	--capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
	--parameter-overrides "CodeVersion=$version" "Architecture=$architecture" "$@"

output() {
	aws cloudformation describe-stacks --stack-name "$stack" --output text --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
pages=$(output PagesBucket)
rm -rf bin/pages
go run ./cmd/webshop pages bin/pages
# Old assets stay: pages that customers have open refer to them. They come first, since pages refer to the new ones.
aws s3 sync bin/pages/assets "s3://$pages/assets" --cache-control "public, max-age=31536000, immutable" --only-show-errors
aws s3 sync bin/pages "s3://$pages" --exclude "assets/*" --cache-control no-cache --only-show-errors
aws cloudfront create-invalidation --distribution-id "$(output Distribution)" --paths "/*" >/dev/null
echo "The shop is at $(output PublicUrl), its private side at $(output PrivateUrl)"
