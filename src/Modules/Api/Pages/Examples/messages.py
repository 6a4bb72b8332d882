# pip install anthropic
import os
from anthropic import Anthropic

client = Anthropic(
    base_url="https://netroom.example",
    api_key=os.environ["NETROOM_API_KEY"],
)
message = client.messages.create(
    model="MODEL",
    max_tokens=300,
    messages=[{"role": "user", "content": "Say hello."}],
)
print(message.content[0].text)
