-- More ways to a model than its own provider: [{"providerId": "openrouter", "wireName": "vendor/model", "rank": 1, "weight": 1}]
ALTER TABLE catalog.model ADD COLUMN routes jsonb NOT NULL DEFAULT '[]';
