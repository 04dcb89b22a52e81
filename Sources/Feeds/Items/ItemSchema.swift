package import Records

/// The JSON Schema of the feed item. `schemas/item.schema.json` is made of it; expressions are checked against it.
package enum ItemSchema {
    /// The schema; `null` never, since a test reads it.
    package static let document = (try? JSON(parsing: text)) ?? .null

    /// The schema as a file.
    package static let text = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://feedspine.dev/schemas/item.schema.json",
          "title": "Feed item",
          "description": "What every feed-like source produces: RSS, Atom, RDF, JSON Feed, Reddit, Mastodon, Hacker News. Absent fields are left out.",
          "type": "object",
          "required": ["id", "content_hash"],
          "properties": {
            "id": {
              "description": "The natural key, in its own case: the guid, else the link, else a hash of title, content, date and enclosures. One that is no URI has the feed's address and '#' in front. Of items with the same guid or link one has it bare; the others have '#' and their link, or a hash, appended.",
              "type": "string",
              "minLength": 1
            },
            "url": { "description": "The page of the item, absolute when the document or its address allows.", "type": "string" },
            "title": { "description": "The title as plain text in one line.", "type": "string" },
            "summary": { "description": "The summary or description as plain text in one line.", "type": "string" },
            "content": {
              "description": "The main text; when the feed gives only a description, that.",
              "type": "object",
              "required": ["type"],
              "properties": {
                "type": { "description": "The MIME type that the document gives, such as text/html.", "type": "string" },
                "text": { "description": "The text without markup, blocks (paragraphs, list items) in lines of their own.", "type": "string" },
                "html": { "description": "The text with its markup as delivered: not sanitised.", "type": "string" },
                "language": { "description": "The language of the text (BCP 47).", "type": "string" },
                "base": { "description": "What relative addresses in html are relative to; absent when it has none.", "type": "string" }
              },
              "additionalProperties": false
            },
            "authors": {
              "description": "The authors in the order of the document.",
              "type": "array",
              "items": {
                "type": "object",
                "properties": {
                  "name": { "type": "string" },
                  "url": { "type": "string" },
                  "email": { "type": "string" }
                },
                "additionalProperties": false
              }
            },
            "author": { "description": "The authors' names in one line, separated by commas.", "type": "string" },
            "tags": { "description": "Categories, tags and flairs, each once.", "type": "array", "items": { "type": "string" } },
            "published": { "description": "When the item came out, else when it was last changed; RFC 3339 in UTC.", "type": "string", "format": "date-time" },
            "updated": { "description": "When the item was last changed, RFC 3339 in UTC.", "type": "string", "format": "date-time" },
            "score": { "description": "Votes or favourites, where the service counts them.", "type": "integer" },
            "comments": { "description": "How many comments there are.", "type": "integer" },
            "enclosures": {
              "description": "Attached files, pictures, sound and video.",
              "type": "array",
              "items": {
                "type": "object",
                "required": ["url"],
                "properties": {
                  "url": { "type": "string" },
                  "type": { "description": "MIME type.", "type": "string" },
                  "length": { "description": "Size in bytes.", "type": "integer" }
                },
                "additionalProperties": false
              }
            },
            "language": { "description": "The language of the item, else of the feed (BCP 47).", "type": "string" },
            "feed": {
              "description": "The feed that the item is in. A title of more than 2 KiB is cut, longer addresses are left out.",
              "type": "object",
              "properties": {
                "title": { "type": "string" },
                "url": { "description": "The feed's own address.", "type": "string" },
                "home": { "description": "The page that the feed is about.", "type": "string" }
              },
              "additionalProperties": false
            },
            "source": { "description": "The name of the source in the pipeline.", "type": "string" },
            "content_hash": {
              "description": "SHA-256 in hexadecimal over the title, a line feed, and the plain text in one line (the summary without one).",
              "type": "string",
              "pattern": "^[0-9a-f]{64}$"
            },
            "extensions": {
              "description": "What namespaces add, by their usual prefix and the element's name. An element is its text, or an object of its attributes, its text under 'text' and its children; elements of one name are an array.",
              "type": "object",
              "additionalProperties": { "type": "object" }
            }
          },
          "additionalProperties": false
        }
        """#
}
