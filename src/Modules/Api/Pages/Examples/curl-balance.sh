curl https://netroom.example/v1/balance \
  -H "Authorization: Bearer $NETROOM_API_KEY"

curl "https://netroom.example/v1/usage?limit=10" \
  -H "Authorization: Bearer $NETROOM_API_KEY"

curl https://netroom.example/v1/models \
  -H "Authorization: Bearer $NETROOM_API_KEY"
