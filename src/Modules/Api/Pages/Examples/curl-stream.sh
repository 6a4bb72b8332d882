curl -N https://netroom.example/v1/chat/completions \
  -H "Authorization: Bearer $NETROOM_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "MODEL",
    "stream": true,
    "stream_options": {"include_usage": true},
    "messages": [{"role": "user", "content": "Count to five."}]
  }'
