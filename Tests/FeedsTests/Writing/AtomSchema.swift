/// What RFC 4287 demands of a feed, as a RELAX NG schema for a validator that is not ours.
///
/// Written after the sections of the RFC that the comments name, as strictly as they say it with MUST.
enum AtomSchema {
    static let text = """
        <grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
            datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
          <start><ref name="feed"/></start>

          <!-- 4.1.1; that it has an author unless every entry has one, no grammar of this kind can say -->
          <define name="feed">
            <element name="feed">
              <ref name="common"/>
              <ref name="id"/>
              <element name="title"><ref name="textConstruct"/></element>
              <optional><element name="subtitle"><ref name="textConstruct"/></element></optional>
              <element name="updated"><ref name="date"/></element>
              <zeroOrMore><ref name="link"/></zeroOrMore>
              <zeroOrMore><ref name="author"/></zeroOrMore>
              <optional><ref name="generator"/></optional>
              <zeroOrMore><ref name="entry"/></zeroOrMore>
            </element>
          </define>

          <!-- 4.1.2 -->
          <define name="entry"><element name="entry"><ref name="entryParts"/></element></define>
          <define name="entryParts">
            <ref name="common"/>
            <interleave>
              <ref name="id"/>
              <element name="title"><ref name="textConstruct"/></element>
              <element name="updated"><ref name="date"/></element>
              <optional><element name="published"><ref name="date"/></element></optional>
              <zeroOrMore><ref name="author"/></zeroOrMore>
              <zeroOrMore><ref name="category"/></zeroOrMore>
              <zeroOrMore><ref name="link"/></zeroOrMore>
              <optional><element name="summary"><ref name="textConstruct"/></element></optional>
              <optional><ref name="content"/></optional>
              <optional><ref name="source"/></optional>
              <zeroOrMore><ref name="foreign"/></zeroOrMore>
            </interleave>
          </define>

          <!-- 4.2.11 -->
          <define name="source">
            <element name="source">
              <ref name="common"/>
              <interleave>
                <optional><ref name="id"/></optional>
                <optional><element name="title"><ref name="textConstruct"/></element></optional>
                <optional><element name="updated"><ref name="date"/></element></optional>
                <zeroOrMore><ref name="link"/></zeroOrMore>
              </interleave>
            </element>
          </define>

          <!-- 2: xml:base and xml:lang, and attributes of other namespaces -->
          <define name="common">
            <optional><attribute name="xml:base"><data type="anyURI"/></attribute></optional>
            <optional><attribute name="xml:lang"><ref name="language"/></attribute></optional>
          </define>
          <define name="language">
            <data type="string"><param name="pattern">([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?</param></data>
          </define>

          <!-- 3.1: plain text and HTML hold no elements -->
          <define name="textConstruct">
            <ref name="common"/>
            <optional><attribute name="type"><choice><value>text</value><value>html</value></choice></attribute></optional>
            <text/>
          </define>

          <!-- 3.3 -->
          <define name="date"><ref name="common"/><data type="dateTime">
            <param name="pattern">[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+\\-][0-9]{2}:[0-9]{2})</param>
          </data></define>

          <!-- 3.2 -->
          <define name="author">
            <element name="author">
              <ref name="common"/>
              <interleave>
                <element name="name"><text/></element>
                <optional><element name="uri"><ref name="iri"/></element></optional>
                <optional><element name="email"><data type="string"><param name="pattern">[^@]+@[^@]+</param></data></element></optional>
              </interleave>
            </element>
          </define>

          <!-- 4.2.6: an absolute IRI -->
          <define name="id"><element name="id"><ref name="common"/><ref name="iri"/></element></define>
          <define name="iri">
            <data type="anyURI"><param name="pattern">[A-Za-z][A-Za-z0-9+.\\-]*:[^ &lt;&gt;"{}|\\\\^`]+</param></data>
          </define>

          <!-- 4.2.2, 4.2.4, 4.2.7 -->
          <define name="category"><element name="category"><ref name="common"/><attribute name="term"/></element></define>
          <define name="generator">
            <element name="generator"><ref name="common"/><optional><attribute name="uri"><ref name="iri"/></attribute></optional><text/></element>
          </define>
          <define name="link">
            <element name="link">
              <ref name="common"/>
              <attribute name="href"><ref name="iri"/></attribute>
              <optional><attribute name="rel"><choice><value>alternate</value><value>self</value><value>enclosure</value></choice></attribute></optional>
              <optional><attribute name="type"><data type="string"><param name="pattern">.+/.+</param></data></attribute></optional>
              <optional><attribute name="length"><data type="nonNegativeInteger"/></attribute></optional>
            </element>
          </define>

          <!-- 4.1.3: text, HTML, or text of another type -->
          <define name="content">
            <element name="content">
              <ref name="common"/>
              <optional><attribute name="type"><choice><value>text</value><value>html</value>
                <data type="string"><param name="pattern">text/.+</param></data></choice></attribute></optional>
              <text/>
            </element>
          </define>

          <!-- 6.4 -->
          <define name="foreign">
            <element><anyName><except><nsName/><nsName ns=""/></except></anyName><ref name="anything"/></element>
          </define>
          <define name="anything">
            <zeroOrMore><choice><attribute><anyName/></attribute><text/>
              <element><anyName/><ref name="anything"/></element></choice></zeroOrMore>
          </define>
        </grammar>
        """
}
