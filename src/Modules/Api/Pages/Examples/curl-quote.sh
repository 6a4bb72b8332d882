curl https://netroom.example/v1/quote \
  -H "Authorization: Bearer $NETROOM_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "MODEL",
    "max_tokens": 300,
    "messages": [{"role": "user", "content": "Say hello."}]
  }'
