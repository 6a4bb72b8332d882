curl https://netroom.example/v1/chat/completions \
  -H "Authorization: Bearer $NETROOM_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "MODEL",
    "messages": [{"role": "user", "content": "Say hello."}]
  }'
