# pip install openai
import os
from openai import OpenAI

client = OpenAI(
    base_url="https://netroom.example/v1",
    api_key=os.environ["NETROOM_API_KEY"],
)
stream = client.chat.completions.create(
    model="MODEL",
    messages=[{"role": "user", "content": "Say hello."}],
    stream=True,
)
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
