curl https://netroom.example/v1/messages \
  -H "x-api-key: $NETROOM_API_KEY" \
  -H "anthropic-version: 2023-06-01" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "MODEL",
    "max_tokens": 300,
    "messages": [{"role": "user", "content": "Say hello."}]
  }'
